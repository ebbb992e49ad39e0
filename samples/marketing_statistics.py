"""Published summary statistics of the public marketing-campaign file.

All figures were computed from the 2,240 customers of "Customer Personality Analysis"
(also the iFood case), most of them inside the four segments that k-means finds there.
They are quantiles, rank correlations, shares and regression coefficients, rounded; no
row of the file is among them. An archetype is not cut off where a segment is, so some
tails differ on purpose: visits are spread wider between the two high-spend archetypes
and the lowest incomes are raised. Without that, more than four segments would look
stable, which they are not in the public file. Regression intercepts and baskets are
adjusted so that the overall rates and medians come out.

Tables with one row per archetype follow the order of `ARCHETYPES`.
"""

# Name and share of customers of each household archetype.
ARCHETYPES = {
    "young family, low spend": 0.263,
    "large family, low spend": 0.185,
    "family with teenagers, high spend": 0.301,
    "no children, high spend": 0.251,
}
# Quantiles of eight quantities, one row per archetype, at these probabilities. Counts
# (gold, purchases, deals, visits) were smoothed by +-0.5: rounding gives them back.
PROBABILITIES = (0, 0.02, 0.10, 0.25, 0.35, 0.50, 0.65, 0.75, 0.90, 0.98, 1)
QUANTILES = {
    "birth_year": (
        (1945, 1951, 1961, 1971, 1973, 1976, 1980, 1983, 1987, 1991, 1996),
        (1946, 1949, 1952, 1958, 1963, 1967, 1971, 1973, 1977, 1981, 1989),
        (1940, 1948, 1952, 1958, 1962, 1966, 1971, 1975, 1979, 1987, 1992),
        (1941, 1945, 1949, 1956, 1960, 1967, 1974, 1978, 1987, 1992, 1995),
    ),
    "income": (  # thousands
        (9, 13.5, 19, 23.5, 24.7, 28.6, 32.9, 35.7, 41.3, 50.2, 58),
        (7.5, 17, 28, 34.9, 37, 41.3, 46, 48.9, 55.1, 64.4, 83),
        (22.5, 36.4, 43.4, 50, 54, 58.3, 62.7, 65.7, 72.2, 81.7, 95),
        (38.6, 51.4, 63.1, 69.2, 71.9, 75.8, 79.9, 82.1, 87.6, 96.9, 161),
    ),
    "tenure": (  # days from enrolment to the day the file was taken
        (97, 116, 166, 252, 336, 429, 536, 614, 717, 771, 796),
        (97, 107, 150, 238, 334, 438, 549, 605, 728, 777, 796),
        (97, 130, 213, 351, 415, 516, 609, 672, 756, 787, 796),
        (97, 105, 155, 251, 313, 399, 514, 589, 715, 773, 796),
    ),
    "spend": (  # the five categories, two years
        (8, 11, 17, 27, 35, 43, 57, 67, 120, 220, 400),
        (6, 11, 19, 37, 42, 65, 120, 216, 388, 946, 1490),
        (87, 125, 231, 368, 451, 612, 809, 956, 1299, 1732, 2090),
        (51, 256, 660, 897, 1029, 1203, 1398, 1555, 1885, 2152, 2490),
    ),
    "gold": (
        (-0.5, 0, 1.7, 4.1, 5.9, 9.6, 13.5, 18.1, 32, 50, 140),
        (-0.4, 0, 1.3, 3.8, 6, 10.4, 19.7, 26.7, 54, 128, 190),
        (-0.3, 4, 9.7, 19.7, 27.4, 40.9, 58.9, 83, 144, 199, 248),
        (-0.5, 0.1, 12.7, 28.2, 36.7, 52.5, 79.8, 102, 171, 227, 249),
    ),
    "purchases": (  # web, catalog and store together
        (2.6, 2.7, 3.2, 4, 4.4, 5.1, 5.7, 6.3, 7.3, 9.8, 14),
        (2.6, 2.7, 3.5, 4.4, 5.2, 6.2, 7.3, 9.8, 13.6, 18.2, 24.4),
        (5.8, 7.3, 10.3, 13, 14.2, 16.6, 18.9, 20.6, 23.6, 27.2, 32.3),
        (7, 10.3, 13.4, 15.9, 17.2, 18.9, 20.7, 22.1, 24.8, 27.6, 31),
    ),
    "deals": (
        (0.5, 0.5, 0.7, 0.9, 1.1, 1.4, 1.8, 2.2, 3.1, 4, 5),
        (0.5, 0.6, 1.1, 1.8, 2.2, 3.1, 4, 5, 7, 11.2, 15.1),
        (0.5, 0.6, 1.1, 1.8, 2.1, 2.7, 3.3, 4.1, 5.3, 7, 11.2),
        (-0.5, -0.3, 0.5, 0.7, 0.8, 1.1, 1.2, 1.3, 1.7, 3.3, 6),
    ),
    "visits": (  # to the web site, a month
        (1, 2.6, 4.5, 5.7, 6.3, 7, 7.5, 7.8, 8.4, 9.4, 10.4),
        (1.6, 3, 4.2, 5.4, 5.9, 6.7, 7.1, 7.6, 8.3, 9.1, 9.4),
        (0.6, 1.6, 2.8, 4, 4.7, 5.6, 6.4, 7.1, 8.1, 8.7, 10.4),
        (0.6, 0.6, 0.8, 1.5, 1.9, 2.4, 3.1, 3.6, 5, 6.9, 8),
    ),
}
# Correlations of the normal scores (from Spearman's, corrected for ties), below the
# diagonal, one triangle per archetype. Household is the rank by number of children.
QUANTITIES = (
    "birth_year",
    "income",
    "household",
    "tenure",
    "spend",
    "gold",
    "purchases",
    "deals",
    "visits",
)
CORRELATIONS = (
    (  # young family, low spend
        (-0.21,),
        (-0.24, 0.46),
        (0.07, -0.24, -0.11),
        (-0.04, 0.32, -0.03, 0.20),
        (0.07, -0.14, -0.29, 0.30, 0.50),
        (0.01, 0.09, -0.06, 0.08, 0.90, 0.51),
        (0.13, -0.24, 0.19, 0.18, 0.56, 0.33, 0.77),
        (0.16, -0.26, -0.11, 0.48, 0.11, 0.13, 0.06, 0.21),
    ),
    (  # large family, low spend
        (-0.02,),
        (-0.29, 0.26),
        (0.00, 0.02, -0.05),
        (0.03, 0.55, -0.10, 0.36),
        (0.12, 0.27, -0.18, 0.35, 0.70),
        (0.05, 0.43, -0.13, 0.34, 0.95, 0.70),
        (0.06, 0.26, -0.10, 0.38, 0.90, 0.66, 0.95),
        (0.03, -0.14, -0.11, 0.51, 0.27, 0.15, 0.24, 0.29),
    ),
    (  # family with teenagers, high spend
        (-0.01,),
        (-0.36, 0.40),
        (-0.01, -0.06, -0.12),
        (0.01, 0.66, 0.09, 0.36),
        (0.07, 0.09, -0.05, 0.26, 0.33),
        (0.00, 0.50, 0.12, 0.25, 0.82, 0.30),
        (0.00, -0.15, 0.29, 0.26, 0.17, 0.14, 0.26),
        (0.03, -0.31, -0.23, 0.40, 0.12, 0.11, 0.04, 0.26),
    ),
    (  # no children, high spend
        (0.08,),
        (-0.16, -0.29),
        (0.08, -0.02, -0.16),
        (0.12, 0.50, -0.40, 0.26),
        (0.05, 0.02, -0.04, 0.11, 0.03),
        (0.00, 0.26, 0.05, 0.18, 0.27, 0.08),
        (-0.14, -0.45, 0.60, 0.06, -0.34, 0.08, -0.02),
        (0.00, -0.35, 0.15, 0.38, 0.07, 0.01, 0.26, 0.19),
    ),
)
# Shares of households by (kids, teenagers) at home, fewest children first.
HOUSEHOLDS = (
    {
        (0, 0): 0.175,
        (1, 0): 0.685,
        (0, 1): 0.128,
        (2, 0): 0.003,
        (1, 1): 0.009,
    },
    {
        (1, 0): 0.027,
        (0, 1): 0.013,
        (2, 0): 0.032,
        (1, 1): 0.796,
        (0, 2): 0.012,
        (2, 1): 0.071,
        (1, 2): 0.049,
    },
    {
        (0, 0): 0.081,
        (1, 0): 0.133,
        (0, 1): 0.69,
        (2, 0): 0.003,
        (1, 1): 0.055,
        (0, 2): 0.037,
        (1, 2): 0.001,
    },
    {
        (0, 0): 0.854,
        (1, 0): 0.005,
        (0, 1): 0.141,
    },
)
EDUCATION = ("2n Cycle", "Basic", "Graduation", "Master", "PhD")
EDUCATION_SHARES = (
    (0.124, 0.088, 0.498, 0.146, 0.144),
    (0.090, 0.005, 0.495, 0.180, 0.230),
    (0.075, 0.001, 0.493, 0.169, 0.262),
    (0.075, 0.000, 0.530, 0.170, 0.225),
)
MARITAL_STATUS = {
    "Married": 0.387,
    "Together": 0.260,
    "Single": 0.215,
    "Divorced": 0.104,
    "Widow": 0.034,
}
COMPLAINT_RATE = 21 / 2240
# Log ratio of spend on fruits, meat, fish and sweets to spend on wine: mean, standard
# deviation; then the correlation between any two of the four.
BASKET_MEANS = (
    (-1.45, 0.13, -1.00, -1.45),
    (-3.20, -0.80, -2.85, -3.25),
    (-3.40, -1.10, -2.98, -3.40),
    (-2.35, -0.31, -1.95, -2.40),
)
BASKET_SPREADS = (
    (1.90, 1.11, 1.90, 1.90),
    (1.60, 0.85, 1.70, 1.65),
    (1.75, 0.89, 1.80, 1.75),
    (1.20, 0.87, 1.20, 1.25),
)
BASKET_CORRELATIONS = (0.74, 0.69, 0.62, 0.33)
# Largest spend seen on a small category; what a draw has beyond goes to wine.
CATEGORY_CAPS = {"MntFruits": 199, "MntFishProducts": 259, "MntSweetProducts": 263}
# Web and catalog shares of the purchases beyond the first three; stores get the rest.
CHANNEL_SHARES = ((0.430, 0.194), (0.430, 0.191), (0.390, 0.230), (0.255, 0.361))
MAX_STORE_PURCHASES = 13
# Logistic regressions of acceptance, in the order of time: each campaign knows those
# before it. Units: income 10,000; wines, meat, treats (fruits, fish, sweets) 100; gold
# log(1 + money); recency and tenure 100 days.
CAMPAIGNS = {
    "AcceptedCmp1": {
        "intercept": -9.45,
        "income": 0.72,
        "wines": 0.17,
        "meat": 0.02,
        "gold": 0.2,
        "children": -0.7,
        "web": 0.04,
        "store": -0.02,
        "visits": 0.16,
        "deals": -0.08,
    },
    "AcceptedCmp2": {
        "intercept": -9.05,
        "income": 0.46,
        "wines": 0.27,
        "meat": -0.17,
        "treats": -0.85,
        "gold": 0.26,
        "children": -0.67,
        "web": -0.17,
        "store": 0.08,
        "visits": 0.3,
        "deals": -0.24,
        "AcceptedCmp1": 1.3,
    },
    "AcceptedCmp3": {
        "intercept": -4.2,
        "income": -0.19,
        "wines": 0.12,
        "meat": 0.07,
        "treats": -0.1,
        "gold": 0.83,
        "children": 0.26,
        "web": -0.02,
        "store": -0.21,
        "visits": 0.11,
        "deals": -0.18,
        "AcceptedCmp1": 0.9,
        "AcceptedCmp2": 0.68,
    },
    "AcceptedCmp4": {
        "intercept": -6.31,
        "income": 0.46,
        "wines": 0.27,
        "meat": -0.13,
        "treats": -0.57,
        "gold": -0.13,
        "children": -0.31,
        "store": 0.03,
        "visits": 0.17,
        "deals": 0.06,
        "AcceptedCmp1": 1.29,
        "AcceptedCmp2": 2.07,
        "AcceptedCmp3": -2.87,
    },
    "AcceptedCmp5": {
        "intercept": -11.85,
        "income": 0.92,
        "wines": 0.35,
        "gold": 0.29,
        "children": -0.61,
        "web": 0.05,
        "visits": -0.17,
        "deals": -0.29,
        "AcceptedCmp1": 0.61,
        "AcceptedCmp2": 0.82,
        "AcceptedCmp3": 0.65,
        "AcceptedCmp4": 1.45,
    },
    "Response": {
        "intercept": -4.45,
        "income": 0.11,
        "wines": -0.04,
        "meat": 0.17,
        "gold": 0.26,
        "children": 0.16,
        "web": 0.05,
        "catalog": 0.06,
        "store": -0.17,
        "visits": 0.14,
        "deals": 0.1,
        "recency": -3.1,
        "tenure": 0.36,
        "partner": -1.31,
        "teenager": -1.15,
        "phd": 1.15,
        "master": 0.57,
        "AcceptedCmp1": 1.51,
        "AcceptedCmp2": 1.56,
        "AcceptedCmp3": 1.88,
        "AcceptedCmp4": 1.11,
        "AcceptedCmp5": 1.76,
    },
}
# Customers per 2,240 that carry one oddity each; the counts scale with the sample.
REFERENCE_SIZE = 2240
ODDITIES = {
    "missing_income": 24,
    "absurd_income": 1,  # 666666
    "impossible_birth": 3,  # before 1920
    "alone": 3,
    "absurd": 2,
    "yolo": 2,
    "no_visit": 6,  # bought on the web, no visit counted
    "rich_no_purchase": 3,  # a little spent, no purchase and no visit counted
    "poor_no_purchase": 3,  # the same with many visits, and 15 deals on no purchase
    "idle_visitor": 5,  # one purchase, hardly any income, on the web site all the time
    "gold_excess": 4,  # gold beyond the five categories
}
COPIED = 201  # equal to another customer but for the key ...
COPIED_REDRAWN = 0.6  # ... of which this share got a second, independent Response
