"""Two deliveries of a few rows: every feed, every fault that a row can have."""

import csv
from collections.abc import Mapping
from pathlib import Path

from clustr.feeds import load_feeds

CUSTOMERS = """customer_id,first_name,last_name,email,phone,city,\
customer_segment,updated_at
C1,Ann,Lee,ann@example.com,+1 555 0100,Oslo,Gold,2025-01-01
C2,Bob,Ray,bob@example.com,+1 555 0101,Bern,Basic,2025-01-01
C3,Cy,Fox,cy@example.com,+1 555 0102,Rome,Basic,2025-01-01"""
PRODUCTS = """product_sku,product_name,category,sub_category,price,updated_at
P1,Cup,Kitchen,Cups,4.00,2025-01-01
P2,Pan,Kitchen,Pans,20.00,2025-01-01
P3,Mop,Home,Cleaning,9.00,2025-01-01
P4,Rug,Home,Floors,30.00,2025-01-01"""
TIMEFRAME = """time_id,date,day,month,year
1,2025-03-01,1,3,2025"""
TRANSACTIONS = """transaction_id,customer_id,time_id,transaction_amount,channel,\
payment_type
T1,C1,1,24.00,STORE,CASH
T2,C2,2,9.00,STORE,CARD"""
SALES = """sale_id,transaction_id,product_sku,quantity,unit_price,line_total
S1,T1,P1,1,4.00,4.00
S2,T1,P2,1,20.00,20.00
S3,T2,P3,-1,9.00,-9.00"""
ORDERS = """order_id,customer_id,order_date,channel,total_amount,status,updated_at
O1,C1,2025-03-01,WEB,24.00,PAID,2025-03-01
O2,C2,2025-03-03,WEB,8.00,CANCELLED,2025-03-03
O3,C9,2025-03-03,app,4.00,PAID,2025-03-03"""
ORDER_LINES = """order_line_id,order_id,product_sku,quantity,unit_price,discount_amount
L1,O1,P1,1,4.00,0.00
L2,O1,P2,1,20.00,0.00
L3,O2,P1,2,4.00,0.00
L4,O3,P9,1,4.00,0.00
L5,O5,P3,1,9.00,0.00"""
PAYMENTS = """payment_id,order_id,payment_date,payment_method,payment_status,\
payment_amount
Y1,O1,2025-03-01,CARD,FAILED,24.00
Y2,O1,2025-03-02,CARD,SUCCESS,24.00
Y3,O3,2025-03-03,CARD,SUCCESS,4.oo"""
REFUNDS = """refund_id,order_line_id,refund_date,quantity,refund_amount,reason
R1,L1,2025-03-05,1,1.50,chipped"""
USERS = """customer_id,email,name
C1,ann@example.com,Ann Lee
C4,dee@example.com,Dee Roy"""
PROJECTS = """project_id,project_name,project_description,number_of_bandits
J1,Spring,Two banners,2"""
BANDITS = """bandit_id,project_id,bandit_name,alpha,beta,n,number_of_success,\
number_of_failures
B1,J1,Green,2,2,2,1,1
B2,J1,Blue,1,2,1,0,1"""
IMPRESSIONS = """transaction_id,customer_id,project_id,bandit_id,timestamp,\
clicked,propensity,position
I1,C1,J1,B1,2025-03-01 10:00:00,1,0.5,1
I2,C4,J1,B1,2025-03-01 11:00:00,0,0.5,1
I3,C2,J1,B2,2025-03-02 09:00:00,0,0.5,2"""

FIRST_DELIVERY = {
    "customers": CUSTOMERS,
    "products": PRODUCTS,
    "timeframe": TIMEFRAME,
    "transactions": TRANSACTIONS,
    "sales": SALES,
    "orders": ORDERS,
    "order_lines": ORDER_LINES,
    "payments": PAYMENTS,
    "refunds": REFUNDS,
    "users": USERS,
    "projects": PROJECTS,
    "bandits": BANDITS,
    "bandit_transactions": IMPRESSIONS,
}

# New rows of every feed; among them a correction of most, a repeat (C2, T1, I1), late
# ones (order O4, day 2 of the calendar, the header of line L5, customer C9, product
# P9), a return corrected to a sale (S3), a reject (Y4) and the correction of one (Y3).
SECOND_ROWS = {
    "customers": """C2,Bob,Ray,bob@example.com,+1 555 0101,Bern,Basic,2025-01-01
C3,Cy,Fox,cy@example.com,+1 555 0102,Lima,Gold,2025-03-06
C9,Zoe,Orr,zoe@example.com,+1 555 0103,Nice,Basic,2025-03-06""",
    "products": """P1,Cup,Kitchen,Cups,4.50,2025-03-06
P3,Mop,Home,Cleaning,9.00,2025-01-01
P4,Rug,Home,Floors,30.00,2025-01-01
P9,Jug,Kitchen,Jugs,4.00,2025-03-06""",
    "timeframe": "2,2025-03-02,2,3,2025",
    "transactions": """T1,C1,1,24.00,STORE,CASH
T2,C3,2,9.00,STORE,CARD
T3,,2,4.00,STORE,CASH""",
    "sales": """S3,T2,P3,1,9.00,9.00
S4,T3,P1,1,4.00,4.00""",
    "orders": """O1,C1,2025-03-01,WEB,28.00,PAID,2025-03-06
O4,C2,2025-01-20,WEB,9.00,PAID,2025-03-06
O5,C3,2025-03-04,WEB,9.00,PAID,2025-03-06""",
    "order_lines": """L1,O1,P1,2,4.00,0.00
L6,O4,P3,1,9.00,0.00""",
    "payments": """Y3,O3,2025-03-03,CARD,SUCCESS,4.00
Y4,O4,2025-02-30,CARD,SUCCESS,9.00
Y5,O5,2025-03-04,CARD,SUCCESS,9.00""",
    "refunds": """R1,L1,2025-03-05,1,2.00,chipped
R2,L6,2025-03-06,1,9.00,late""",
    "users": """C4,dee@example.com,Dee Roy-Orr
C3,cy@example.com,Cy Fox""",
    "projects": "J1,Spring sale,Two banners,2",
    "bandits": """B1,J1,Green,3,2,3,2,1
B2,J1,Blue,1,3,2,0,2""",
    "bandit_transactions": """I1,C1,J1,B1,2025-03-01 10:00:00,1,0.5,1
I4,C9,J1,B1,2025-03-06 10:00:00,1,0.5,1
I5,C3,J1,B2,2025-02-27 10:00:00,0,0.5,2""",
}
# Delivered with all there is: product P2, which was sold, is no more.
SECOND_COMPLETE = ("products",)
SECOND_DELIVERY = {
    feed: f"{text.splitlines()[0]}\n{SECOND_ROWS[feed]}"
    for feed, text in FIRST_DELIVERY.items()
}


def write_delivery(folder: Path, texts: Mapping[str, str]) -> Path:
    """Write a delivery folder from one CSV text per feed; other columns stay empty."""
    feeds = load_feeds()
    folder.mkdir(parents=True)
    for name, text in texts.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, feeds[name].columns, restval="")
            writer.writeheader()
            writer.writerows(csv.DictReader(text.splitlines()))
    return folder
