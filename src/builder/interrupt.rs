//! Ctrl-C and its like: noted, so that whoever waits for a builder can clean up behind it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGINT, SIGTERM};

static ASKED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// From here on Ctrl-C is noted instead of ending this process. A second one ends it at once.
#[cfg(unix)]
pub(crate) fn watch() {
    use std::time::{Duration, Instant};
    use std::{process, thread};

    use signal_hook::iterator::Signals;

    /// What comes sooner behind the first signal is the same one: programs that start others hand on what the terminal has sent to
    /// both already.
    const SAME: Duration = Duration::from_secs(1);

    // Where signals cannot be watched, they end the process as they always did.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    thread::spawn(move || {
        let mut first = None;
        for signal in signals.forever() {
            ASKED.store(true, Ordering::Relaxed);
            if first.get_or_insert_with(Instant::now).elapsed() > SAME {
                process::exit(128 + signal);
            }
        }
    });
}

/// The same where signals cannot be waited for.
#[cfg(not(unix))]
pub(crate) fn watch() {
    use signal_hook::flag;

    for signal in [SIGINT, SIGTERM] {
        // In this order: only a signal behind the first finds the flag set. Where that fails, it ends the process as it always did.
        let _ = flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&ASKED));
        let _ = flag::register(signal, Arc::clone(&ASKED));
    }
}

/// Whether this process was asked to end.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
