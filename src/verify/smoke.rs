//! Asks an image whether it works: by a program of the user's, or by running one inside.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::builder::{self, Builder, Ended, Fault, Stop, Stream, interrupt};

/// How an image is asked.
#[derive(Clone, Debug)]
pub(crate) enum Smoke {
    /// A program on this machine, which finds the name of the image in $IMAGE.
    Script(PathBuf),
    /// A program in the image, with its arguments.
    Inside(Vec<String>),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The exit status; `None` if a signal ended it.
    pub(crate) status: Option<i32>,
    /// How long it was waited for, if it was ended for that.
    pub(crate) timed_out: Option<Duration>,
    /// Standard output and standard error.
    pub(crate) output: (String, String),
    /// The last lines that it printed.
    pub(crate) lines: Vec<String>,
}

/// Lines that are shown of a smoke command that fails.
const SHOWN_LINES: usize = 8;

/// The statuses by which engines and shells say that a program was not run: the engine failed, it cannot be run, it is not there.
const NOT_RUN: std::ops::RangeInclusive<i32> = 125..=127;

impl Smoke {
    /// Asks the image `name`, for at most `limit`.
    pub(crate) fn ask(
        &self,
        builder: &Builder,
        name: &str,
        limit: Duration,
    ) -> Result<Answer, Fault> {
        let ended = match self {
            Smoke::Script(path) => {
                let mut command = Command::new(path);
                command.env("IMAGE", name).env("ENGINE", builder.engine.program());
                let start = |source| Fault::Start { program: path.display().to_string(), source };
                builder::run(&mut command, Some(limit), &mut |_| {}).map_err(start)?
            }
            Smoke::Inside(arguments) => {
                let ended = builder.run_inside(name, arguments, limit)?;
                // Engines may lose what a program says that ends at once (moby/moby#20951): who says nothing is asked again.
                let silent = ended.is_good() && ended.lines.is_empty();
                if silent { builder.run_inside(name, arguments, limit)? } else { ended }
            }
        };
        if interrupt::asked() {
            return Err(Fault::Interrupted);
        }
        Ok(Answer::of(&ended))
    }

    /// Whether `answer` says that the image works as `before` did.
    pub(crate) fn accepts(&self, answer: &Answer, before: &Answer) -> bool {
        match self {
            Smoke::Script(_) => answer.is_good(),
            Smoke::Inside(_) => {
                answer.timed_out.is_none()
                    && (answer.status, &answer.output) == (before.status, &before.output)
            }
        }
    }

    /// Whether a comparison with `before` makes sense.
    pub(crate) fn is_sound(&self, before: &Answer) -> bool {
        match self {
            Smoke::Script(_) => before.is_good(),
            Smoke::Inside(_) => {
                let was_run = !before.status.is_some_and(|status| NOT_RUN.contains(&status));
                before.timed_out.is_none() && was_run
            }
        }
    }
}

impl Answer {
    fn of(ended: &Ended) -> Self {
        let timed_out = match ended.stop {
            Some(Stop::TimedOut(limit)) => Some(limit),
            _ => None,
        };
        Self {
            status: ended.status.code(),
            timed_out,
            output: (ended.text(Stream::Output), ended.text(Stream::Error)),
            lines: ended.tail(SHOWN_LINES),
        }
    }

    fn is_good(&self) -> bool {
        self.timed_out.is_none() && self.status == Some(0)
    }

    /// How it ended, in words.
    pub(crate) fn told(&self) -> String {
        match (self.timed_out, self.status) {
            (Some(limit), _) => format!("did not end within {} s", limit.as_secs_f64()),
            (None, Some(status)) => format!("ended with status {status}"),
            (None, None) => "was ended by a signal".to_owned(),
        }
    }
}
