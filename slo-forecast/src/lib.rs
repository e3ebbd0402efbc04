//! What comes next, with what uncertainty, and when does the budget run out?
