"""Performance measures: facts per case, figures kept up to date by tasks, series, charts, and the cases behind them."""
