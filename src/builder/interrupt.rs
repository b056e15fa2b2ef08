//! Ctrl-C and its like: noted, so that whoever waits for a builder can clean up behind it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// From here on Ctrl-C is noted instead of ending this process. A second one ends it at once.
pub(crate) fn watch() {
    for signal in [SIGINT, SIGTERM] {
        // The order matters: the second signal finds the note of the first. Where a signal cannot be watched, it
        // ends the process as it always did.
        let _ = flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(note()));
        let _ = flag::register(signal, Arc::clone(note()));
    }
}

/// Whether this process was asked to end.
pub(crate) fn asked() -> bool {
    note().load(Ordering::Relaxed)
}

fn note() -> &'static Arc<AtomicBool> {
    static NOTE: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    NOTE.get_or_init(Arc::default)
}
