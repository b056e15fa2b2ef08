"""Prints the mean temperature of each month and draws it: report.py DATA.csv PICTURE.png"""

import sys

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
from tabulate import tabulate


def main(data, picture):
    days = pd.read_csv(data, parse_dates=["day"])
    months = days.groupby(days["day"].dt.to_period("M"))["celsius"].agg(["mean", "min", "max"])
    print(tabulate(months.round(1), headers=["month", "mean", "min", "max"]))
    axes = months["mean"].plot(kind="bar", title="Mean temperature in °C")
    axes.figure.tight_layout()
    plt.savefig(picture)


if __name__ == "__main__":
    main(*sys.argv[1:3])
