"""Read the published file: profile, segment of the day, campaign, a chart of one's own.

marimo edit notebooks/published_file.py -- --file output/sample/segments.duckdb
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(app_title="Customer segments: the published file")


@app.cell
def _():
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    return Path, alt, duckdb, mo, os


@app.cell
def _(Path, duckdb, mo, os):
    said = mo.cli_args().get("file") or os.environ.get("SEGMENTS_FILE")
    file = Path(said or "output/sample/segments.duckdb")
    mo.stop(not file.exists(), mo.md(f"There is no {file}: run `segments build`."))
    # read-only: nobody is locked out, and a publish does not disturb what is open
    published = duckdb.connect(file.resolve(), read_only=True)

    def read(sql, **named):
        """Return the rows of a query that names data frames, and $values."""
        for name, value in named.items():
            if hasattr(value, "columns"):
                published.register(name, value)
        values = {n: v for n, v in named.items() if not hasattr(v, "columns")}
        return published.execute(sql, values or None).df()

    def why_empty(relation):
        """Return why there is nothing to read, None where there is."""
        found = read(
            "select why_empty from marts.published_relations where relation = $name",
            name=relation,
        )
        return found["why_empty"].iloc[0] if len(found) else "It was not built."

    return read, why_empty


@app.cell
def _(mo, read):
    generation = read("from marts.generation").iloc[0]
    # what the segments are worth as groups has to be said with them
    verdict = read("select verdict from marts.segment_model_versions where is_current")[
        "verdict"
    ].iloc[0]
    mo.md(
        f"""
        # {generation["customers"]:,} customers of {generation["input_name"]}

        As of {generation["observed_on"]:%d %B %Y}, version
        {generation["model_version"]} of the segments. {verdict}

        ## Who they are
        """
    )
    return


@app.cell
def _(read):
    profile = read(
        """
        select
            segments.segment_key, segments.segment_name, segments.customers,
            segments.customer_share, segments.spend_share, segments.description
        from marts.segments
        where status = 'current'
        order by value_rank, segment_key
        """
    )
    profile
    return (profile,)


@app.cell
def _(mo):
    mo.md("""
    ## The segment of the day

    Events of your own take the segment that the customer was in *then*, not today:
    no segment before somebody was first seen, and none after they left.
    """)
    return


@app.cell
def _(read):
    # stands for a table of yours: here, a day before and the day of the first build
    events = read(
        """
        select customer_id, unnest([valid_from - 1, valid_from]) as visited_on
        from marts.segment_membership_history
        where reason = 'first seen'
        order by customer_id, visited_on
        limit 100
        """
    )
    as_of = read(
        """
        select events.*, memberships.segment_key, memberships.segment_name
        from events
        left join marts.segment_membership_history as memberships
            on events.customer_id = memberships.customer_id
            and events.visited_on >= memberships.valid_from
            and (
                events.visited_on < memberships.valid_to
                or memberships.valid_to is null
            )
        order by all
        """,
        events=events,
    )
    as_of
    return


@app.cell
def _(mo, why_empty):
    no_campaign = why_empty("campaign_summary")
    mo.md(f"## Whom to contact\n\n{no_campaign or ''}")
    return (no_campaign,)


@app.cell
def _(mo, no_campaign, read):
    mo.stop(bool(no_campaign))
    decision = read("from marts.campaign_summary").iloc[0]
    cost = mo.ui.slider(
        start=0.5,
        stop=20,
        step=0.5,
        value=min(20, max(0.5, round(decision["contact_cost"] * 2) / 2))
        if decision["contact_cost"] > 0
        else 1.0,
        label="Cost of a contact",
        show_value=True,
    )
    mo.vstack([mo.md(decision["sentence"]), cost])
    return cost, decision


@app.cell
def _(cost, decision, mo, read):
    mo.stop(not decision["has_skill"], mo.md("The model tells nobody apart."))
    revenue = float(decision["revenue_per_response"])
    mo.stop(not revenue > 0, mo.md("What a response brings is not known."))
    # who is held out is never contacted: they measure the campaign
    plan = read(
        """
        select
            segment_name,
            count(*) as contacts,
            sum(probability) as expected_responses,
            sum(probability * $revenue - $cost) as expected_profit
        from marts.campaign_response_scores
        where probability > $cost / $revenue
            and customer_id not in (
                select customer_id from marts.campaign_targets where is_holdout
            )
        group by all
        order by expected_profit desc
        """,
        revenue=revenue,
        cost=cost.value,
    )
    plan
    return


@app.cell
def _(mo):
    mo.md("""
    ## A chart of your own
    """)
    return


@app.cell
def _(alt, profile):
    shares = profile.melt(
        id_vars=["segment_name"],
        value_vars=["customer_share", "spend_share"],
        var_name="of",
        value_name="share",
    ).replace({"customer_share": "customers", "spend_share": "spend"})
    chart = (
        alt.Chart(shares)
        .mark_bar()
        .encode(
            x=alt.X("share:Q", axis=alt.Axis(format="%"), title="Share"),
            y=alt.Y("segment_name:N", sort=None, title=None),
            yOffset="of:N",
            color=alt.Color("of:N", title="Share of"),
        )
        .properties(title="Who brings the spend", width=500)
    )
    chart
    return


if __name__ == "__main__":
    app.run()
