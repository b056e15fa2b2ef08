//! Ctrl-C and its like: noted, so that whoever waits for a builder can clean up behind it.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// What comes sooner behind the first signal is the same one: programs that start others hand on what the terminal has sent to
/// both already.
const SAME: Duration = Duration::from_secs(1);

static ASKED: AtomicBool = AtomicBool::new(false);

/// From here on Ctrl-C is noted instead of ending this process. A second one ends it at once.
pub(crate) fn watch() {
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

/// Whether this process was asked to end.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
