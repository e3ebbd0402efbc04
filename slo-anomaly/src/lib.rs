//! Is this point, window or series unusual, and how sure are we?
