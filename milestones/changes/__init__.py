"""What is to change in the plan: requests, answers, decisions, baselines, comparisons, forecasts and releases."""
