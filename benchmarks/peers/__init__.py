"""N empty tasks and a join through each engine: one module each, with `measure(n, workers) -> seconds`.

Every module starts its workers, warms them with a few tasks, then times from the first submission until the
join has run. The join is what a chord's callback is: one task that needs all the others.
"""
