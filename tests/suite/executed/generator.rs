//! Draws Dockerfiles whose RUNs are full of traps.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::words::{BASH, BETWEEN, CHANGING, COMPOUND, LINES, MILD, PLAIN, SEEING, SHELLS};

/// A Dockerfile in parts, and what to change in it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) shell: &'static str,
    pub(super) runs: Vec<Run>,
    pub(super) chances: Vec<(Index, Index)>,
}

/// A RUN and what stands in front of it.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) between: &'static str,
    pub(super) script: Script,
}

/// Commands, each with the sign in front of it; that of the first counts for nothing.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub(super) commands: Vec<(&'static str, String)>,
    layout: Layout,
    /// What stands behind the last command.
    end: &'static str,
}

/// How the script of a RUN is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Line,
    Continued,
    Heredoc,
}

/// Of which commands a file is made.
#[derive(Clone, Copy, Debug)]
enum Temper {
    /// Traps at every step.
    Wild,
    /// What people write, and what our own passes therefore have an answer to.
    Mild,
}

/// Any file of one to four RUNs.
pub(super) fn case() -> impl Strategy<Value = Case> {
    let shell = prop_oneof![5 => Just(SHELLS[0]), 3 => select(SHELLS)];
    let temper = prop_oneof![Just(Temper::Wild), Just(Temper::Mild)];
    (shell, temper).prop_flat_map(|(shell, temper)| {
        let bash = shell.contains("bash");
        let between = prop_oneof![8 => Just(BETWEEN[0]), 2 => select(BETWEEN)];
        let run = (between, script(temper, bash));
        let run = run.prop_map(|(between, script)| Run { between, script });
        let count = prop_oneof![1 => Just(1usize), 6 => Just(2), 2 => Just(3), 1 => Just(4)];
        let runs = count.prop_flat_map(move |count| prop::collection::vec(run.clone(), count));
        let chances = prop::collection::vec(any::<(Index, Index)>(), 12);
        (runs, chances).prop_map(move |(runs, chances)| Case { shell, runs, chances })
    })
}

fn script(temper: Temper, bash: bool) -> impl Strategy<Value = Script> + Clone {
    let sign = prop_oneof![6 => Just(" && "), 3 => Just("; "), 1 => Just(" || "), 2 => Just("\n")];
    let layout = prop_oneof![5 => Just(Layout::Line), 2 => Just(Layout::Continued), 2 => Just(Layout::Heredoc)];
    let end = prop_oneof![12 => Just(""), 1 => Just(" # note"), 1 => Just(";")];
    let head = prop_oneof![
        6 => Just(None),
        1 => select(&["set -e", "set -ex", "set -eu", "set -u", "set +e"][..]).prop_map(Some)
    ];
    let commands = prop::collection::vec((sign, command(temper, bash)), 1..4);
    (head, commands, layout, end).prop_map(|(head, commands, layout, end)| {
        let head = head.map(|head| ("", head.to_owned()));
        let mut commands: Vec<_> = head.into_iter().chain(commands).collect();
        let lines = layout == Layout::Heredoc;
        for at in 0..commands.len() {
            let broken = at > 0 && commands[at - 1].1.contains('\n');
            match commands[at].0 {
                _ if broken => commands[at].0 = "\n",
                "\n" if !lines => commands[at].0 = "; ",
                _ => {}
            }
        }
        if commands[0].1.starts_with("set ") && commands.len() > 1 && commands[1].0 == " || " {
            commands[1].0 = "; ";
        }
        Script { commands, layout, end }
    })
}

fn command(temper: Temper, bash: bool) -> impl Strategy<Value = String> + Clone {
    let extra = if bash { 4 } else { 0 };
    let (mild, changing, nested, lines) = match temper {
        Temper::Wild => (0, 8, 8, 2),
        Temper::Mild => (4, 0, 2, 0),
    };
    let seeing = changing.max(2);
    let word = prop_oneof![
        10 => select(PLAIN),
        seeing => select(SEEING),
        changing => select(CHANGING),
        mild => select(MILD),
        extra.min(changing) => select(BASH),
    ];
    let word = word.prop_map(str::to_owned);
    let inside = word.clone().prop_recursive(2, 6, 2, |inner| {
        (select(COMPOUND), inner.clone(), inner)
            .prop_map(|(form, one, other)| form.replacen('@', &one, 1).replacen('%', &other, 1))
    });
    prop_oneof![16 => word, nested => inside, lines => select(LINES).prop_map(str::to_owned)]
}

impl Case {
    /// The file as its author wrote it.
    pub(super) fn text(&self) -> String {
        self.of(self.runs.iter().map(|run| run.between.to_owned() + &run.script.run()))
    }

    /// The program that reads the scripts.
    pub(super) fn program(&self) -> &'static str {
        self.shell.split('"').nth(1).unwrap_or("/bin/sh")
    }

    /// A file with the same head and these instructions.
    pub(super) fn of(&self, instructions: impl IntoIterator<Item = String>) -> String {
        let head = ["FROM base\n".to_owned(), self.shell.to_owned()].into_iter();
        head.chain(instructions).collect()
    }
}

impl Script {
    /// What the shell is given.
    pub(super) fn text(&self) -> String {
        self.laid_out(|sign| sign.to_owned())
    }

    fn laid_out(&self, sign: impl Fn(&str) -> String) -> String {
        let mut text = String::new();
        for (at, (before, command)) in self.commands.iter().enumerate() {
            // Behind a job in the background there is no room for another sign.
            let before = match *before {
                "; " | " && " | " || " if text.ends_with('&') => " ",
                other => other,
            };
            text += &if at == 0 { String::new() } else { sign(before) };
            text += command;
        }
        let end = if text.ends_with('&') || text.contains('\n') { "" } else { self.end };
        text + end
    }

    /// The instruction, in the layout that was drawn.
    pub(super) fn run(&self) -> String {
        self.run_as(self.layout)
    }

    /// The instruction in a layout; a script of several lines is always a here-document.
    pub(super) fn run_as(&self, layout: Layout) -> String {
        let text = self.text();
        match layout {
            _ if text.contains('\n') => run(&text),
            Layout::Line => run(&text),
            Layout::Continued => {
                format!(
                    "RUN {}\n",
                    self.laid_out(|sign| format!(" \\\n   {}", sign.trim_end()) + " ")
                )
            }
            Layout::Heredoc => format!("RUN <<EOF\n{text}\nEOF\n"),
        }
    }

    /// The same commands on a line each, which stop at the first that fails.
    pub(super) fn by_lines(&self) -> String {
        let lines: Vec<&str> = self.commands.iter().map(|(_, command)| command.as_str()).collect();
        run(&format!("set -e\n{}", lines.join("\n")))
    }

    /// The commands before number `at`, and those from there on.
    pub(super) fn parted(&self, at: usize) -> [Script; 2] {
        let (before, after) = self.commands.split_at(at);
        let part = |commands: &[(&'static str, String)], end| Script {
            commands: commands.to_vec(),
            layout: Layout::Line,
            end,
        };
        [part(before, ""), part(after, self.end)]
    }
}

/// RUN with a script, as a here-document where it has several lines.
pub(super) fn run(script: &str) -> String {
    if script.contains('\n') {
        format!("RUN <<'SCRIPT'\n{script}\nSCRIPT\n")
    } else {
        format!("RUN {script}\n")
    }
}
