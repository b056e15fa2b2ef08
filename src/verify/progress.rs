//! What the user sees while builders work: on a terminal one line that lives, else nothing.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::builder::step;

/// Tells on standard error what is going on.
pub(crate) struct Progress {
    bar: ProgressBar,
    what: String,
}

impl Progress {
    /// A line on a terminal; nothing where standard error is none, or `quiet` is asked for.
    pub(crate) fn new(quiet: bool) -> Self {
        let visible = !quiet && std::io::stderr().is_terminal();
        let target =
            if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{spinner:.cyan} {elapsed:>5} {wide_msg}");
        bar.set_style(style.expect("the template names what indicatif knows"));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, what: String::new() }
    }

    /// Something begins.
    pub(crate) fn begin(&mut self, what: String) {
        self.bar.reset_elapsed();
        self.bar.set_message(what.clone());
        self.what = what;
    }

    /// A line of a builder's output: where it begins a step, the step is shown.
    pub(crate) fn hear(&self, line: &str) {
        if let Some(step) = step(line) {
            self.bar.set_message(format!("{}: {step}", self.what));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
