"""A real browser on the real Casework: web, worker, scheduler and broker, as `make run` starts them."""
