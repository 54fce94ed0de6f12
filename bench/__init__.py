"""A small harness that anyone can run: the pages' medians beside a bare view and a stock admin list."""
