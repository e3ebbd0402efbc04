//! What moved together, what is burning the budget, what caused it, and have we seen it before?
