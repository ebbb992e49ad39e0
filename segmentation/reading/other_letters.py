"""What names of columns in other letters say, in English words.

Chinese, Japanese and Korean names are cut into the longest parts that are known;
Russian and Arabic ones are compared by the beginnings of their words, whose ends
change. A part that is not known becomes one word that says nothing, so that the number
of a customer's friend is not taken for the customer's.
"""

import re

__all__ = ["in_english"]

_UNKNOWN = "x"
# English words -> how other letters write them
_WRITTEN = {
    "customer": (
        "客户 客戶 顾客 顧客 お客様 お客さま 고객 клиент покупател заказчик عميل زبون"
    ),
    "member": "会员 會員 会員 회원 عضو",
    "user": (
        "用户 用戶 使用者 利用者 ユーザー ユーザ 사용자 이용자 пользовател مستخدم"
    ),
    "subscriber": "абонент مشترك",
    "guest": "住客 宿泊客 гост ضيف",
    "donor": "寄付者 捐赠者 донор متبرع",
    "id": (
        "编号 編號 编码 番号 コード 번호 아이디 номер код идентификатор رقم معرف كود"
    ),
    "order": "订单 訂單 注文 受注 주문 заказ طلب",
    "invoice": "发票 發票 請求書 伝票 송장 счет счёт накладн فاتورة",
    "gender": "性别 性別 성별 пол= جنس",
    "age": "年龄 年齡 年齢 나이 연령 возраст عمر",
    "date of birth": "出生日期 生日 生年月日 誕生日 생년월일 생일",
    "birth": "рожден ميلاد",
    "country": "国家 國家 国籍 國籍 국가 국적 стран دولة بلد",
    "city": "城市 市区町村 도시 город مدينة",
    "province": "省份 都道府県 시도 област регион регіон منطقة محافظة",
    "region": "地区 地區 地域 지역 거주지역",
    "education": "学历 學歷 教育 学歴 학력 образован تعليم",
    "marital status": "婚姻状况 婚姻 婚姻狀況 婚姻状態 結婚 결혼",
    "occupation": "职业 職業 직업 професси должност مهنة وظيفة",
    "income": "收入 年收入 年収 所得 소득 연소득 доход دخل",
    "children": "子女 小孩 子供 자녀 дет أطفال",
    "name": "姓名 名称 名稱 氏名 名前 이름 성명 имя= фамили название اسم",
    "phone": "电话 電話 手机 手機 전화 휴대폰 телефон هاتف جوال",
    "address": "地址 住所 주소 адрес عنوان",
    "email": "邮箱 郵箱 电子邮件 メールアドレス 이메일 почта بريد",
    "registration date": (
        "注册日期 注册时间 註冊日期 注册日 登録日 가입일 가입일자 등록일"
    ),
    "join date": "入会时间 入会日期 入会日 加入日期",
    "registration": "注册 登録 가입 регистрац تسجيل",
    "last purchase date": (
        "дата_последней_покупки تاريخ_آخر_عملية_شراء تاريخ_آخر_شراء "
        "最近消费日期 最后消费日期 最近购买日期 最后购买日期 最近一次消费 "
        "最終購入日 最終購買日 最終注文日 최근구매일 최근주문일 마지막구매일"
    ),
    "last": "最近 最后 最後 最終 최근 마지막 последн آخر",
    "first": "首次 第一次 初回 최초 첫 перв أول",
    "order date": (
        "订单日期 訂單日期 下单时间 下单日期 订单时间 注文日 注文日時 受注日 "
        "주문일 주문일자 주문일시"
    ),
    "purchase date": (
        "购买日期 購買日期 消费日期 购买时间 購入日 購入日時 구매일 구매일자"
    ),
    "transaction date": "交易日期 交易时间 取引日 거래일 거래일자 거래일시",
    "date": "日期 时间 時間 時刻 日時 年月日 일자 일시 날짜 дат время تاريخ وقت",
    "number of orders": "订单数 订单数量 订单次数 注文回数 注文数 주문횟수 주문수",
    "number of purchases": (
        "购买次数 消费次数 購買次數 購入回数 購買回数 구매횟수 구매수"
    ),
    "number of": "количеств кол= числ عدد",
    "count": "次数 次數 回数 횟수 件数 件數 건수 个数 個数",
    "quantity": "数量 數量 수량 кол-во كمية",
    "unit price": "单价 單價 単価 단가",
    "price": "价格 價格 価格 가격 цен سعر",
    "order amount": "订单金额 訂單金額 注文金額 주문금액",
    "total amount": "总金额 總金額 合計金額 合計 총금액 합계 итог",
    "account number": "账号 帐号 帳號 口座番号 계좌번호",
    "card number": "卡号 卡號 カード番号 카드번호",
    "total spend": (
        "сумма_покупок сумма_заказов 总消费金额 总消费 累计消费 消费总额 "
        "購入総額 累計購入金額 総購入金額 총구매금액 총구매액 누적구매금액"
    ),
    "amount": (
        "金额 金額 販売金額 売上金額 売上 금액 판매금액 매출 结算金额 сумм مبلغ"
    ),
    "revenue": "销售额 銷售額 營收 выручк إيراد",
    "spend": "消费 支出 購入金額 구매금액 расход трат إنفاق",
    "purchases": "购买 購入 구매 покупк покупок مشتريات",
    "orders": "заказов طلبات",
    "balance": "余额 餘額 残高 잔액 баланс остат رصيد",
    "discount": "折扣 割引 할인 скидк خصم",
    "discount rate": "折扣率 割引率 할인율",
    "total": "总 總 累计 累計 총 누적 общ всего إجمالي مجموع",
    "average": "平均 평균 средн متوسط",
    "score": (
        "积分 積分 评分 評価 ポイント 점수 포인트 평점 балл оценк рейтинг نقاط تقييم"
    ),
    "category": (
        "类别 類別 品类 分类 カテゴリ カテゴリー 分類 카테고리 분류 категори فئة تصنيف"
    ),
    "product": "商品 产品 產品 製品 상품 제품 товар продукт منتج",
    "channel": "渠道 チャネル 経路 채널 канал قناة",
    "status": "状态 狀態 状態 ステータス 상태 статус حالة",
    "level": "等级 等級 级别 級別 会員ランク ランク 등급 уровен مستوى",
    "type": "类型 類型 种类 種類 区分 유형 종류 тип вид نوع",
    "plan": "套餐 プラン 요금제 тариф باقة خطة",
    "store": "门店 店铺 店舗 매장 지점 магазин متجر فرع",
    "newsletter": "メルマガ ニュースレター 뉴스레터 рассылк= نشرة",
    "refund": "退款 返金 환불 возврат استرداد",
    "payment": "支付 付款 支払 결제 оплат платеж платёж دفع",
    "churned": (
        "是否流失 流失 离网 是否离网 退会 解約 이탈 해지 탈퇴 отток انسحاب مغادرة"
    ),
    "days": "天数 天數 日数 일수 дней= أيام",
    "months": "月数 月數 ヶ月数 か月数 개월 개월수 месяц أشهر شهر",
    "years": "年数 년수 лет= سنوات",
    "duration": "时长 時長 期间 期間 時間数 기간 длительност продолжительност مدة",
    "minutes": "分钟 分鐘 минут دقائق",
    "calls": "通话 通話 통화 звонк вызов مكالمات",
    "visits": "访问 来店 来館 訪問 방문 визит посещен زيارات",
    "accepts marketing": (
        "수신동의 마케팅수신동의 광고수신동의 "
        "メルマガ購読 メール配信希望 メルマガ配信 DM許可 "
        "接受营销 同意营销 同意接收推广 是否接受推广 согласие_на_рассылку "
        "согласие_на_маркетинг подписка_на_рассылку موافقة_التسويق "
        "الموافقة_على_التسويق"
    ),
    "annual": "годов سنوي",
    "monthly": "ежемесячн месячн شهري 月間 每月",
}
_LATIN_LETTERS = "\u0000-\u024f\u1e00-\u1eff"
_LATIN = re.compile(rf"[{_LATIN_LETTERS}\W\d_]*")
_BY_BEGINNING = "\u0400-\u04ff\u0600-\u06ff"
# where the first word is of the second: number of the order
_HEADS = {"id", "date", "amount", "price", "status", "level", "type", "income", "name"}
_ENGLISH = {
    part.strip("=").replace("_", " "): english
    for english, parts in _WRITTEN.items()
    for part in parts.split()
}
# they bind other words and say nothing themselves
_BINDING = {
    *("的", "の", "在", "和", "은", "는", "의", "и", "в", "на", "по", "с", "за", "от"),
    *("из", "для", "не", "في", "من", "على", "خلال", "إلى", "عن"),
}


def _beginning(part: str) -> str:
    """Return a pattern of a word by its beginning; short ones have short ends."""
    end = "" if part.endswith("=") else r"{0,2}" if len(part) <= 4 else "*"
    ending = f"[{_BY_BEGINNING}]{end}" if end else ""
    return f"{re.escape(part.strip('=').replace('_', ' '))}{ending}"


def _pattern() -> re.Pattern:
    """Return what finds known parts, the longest first, and what is not known."""
    parts = [part for parts in _WRITTEN.values() for part in parts.split()]
    parts.sort(key=len, reverse=True)
    changing = [p for p in parts if re.match(f"[{_BY_BEGINNING}]", p)]
    whole = [re.escape(p) for p in parts if p not in changing]
    return re.compile(
        rf"(?<![{_BY_BEGINNING}])(?:[وبل]?ال|لل)?"
        rf"(?P<beginning>{'|'.join(map(_beginning, changing))})(?![{_BY_BEGINNING}])|"
        rf"(?P<part>{'|'.join(whole)})|[{_BY_BEGINNING}]+|[^\W\d_{_LATIN_LETTERS}]",
        re.IGNORECASE,
    )


_PARTS = _pattern()
_KNOWN = sorted(_ENGLISH, key=len, reverse=True)


def in_english(name: str) -> str:
    """Return a name with what is written in other letters in English words.

    Examples
    --------
    >>> in_english("客户编号"), in_english("Дата заказа"), in_english("عدد الطلبات")
    ('customer id', 'order date', 'number of orders')
    >>> in_english("推荐客户编号"), in_english("Дней до полиса"), in_english("Straße")
    ('x customer id', 'days x', 'Straße')
    """
    if _LATIN.fullmatch(name):
        return name
    said: list[str] = []
    end = 0
    for match in _PARTS.finditer(name):
        said += [gap] if (gap := name[end : match.start()].strip()) else []
        end = match.end()
        text = match["part"] or match["beginning"]
        if text:
            said.append(_english(text.casefold()))
        elif match[0].casefold() not in _BINDING and said[-1:] != [_UNKNOWN]:
            said.append(_UNKNOWN)
    said += [rest] if (rest := name[end:].strip()) else []
    if (
        len(said) == 2
        and said[0].lower() in _HEADS
        and re.search(f"[{_BY_BEGINNING}]", name)
    ):
        said.reverse()
    return "quantity" if said == ["number of"] else " ".join(said)


def _english(text: str) -> str:
    return next(_ENGLISH[part] for part in _KNOWN if text.startswith(part))
