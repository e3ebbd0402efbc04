//! What threads may share although it changes: streams, and models that take further values.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A value of the core whose methods change it.
#[derive(Default)]
pub(crate) struct Shared<T>(Mutex<T>);

impl<T> Shared<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        // What is refused changes nothing, and each change is whole before the lock is left.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone + PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        // One lock at a time: a value may be compared with itself, and two with each other at once.
        let other = other.lock().clone();
        *self.lock() == other
    }
}
