//! Whether a source of Perl starts programs.
//!
//! Sources: perlfunc and perlop; the pages of IPC::Open2, IPC::Open3, IPC::Run, IPC::Run3, IPC::Cmd and IPC::System::Simple.

/// Functions that start what they are handed.
const FUNCTIONS: &str = " system exec readpipe qx open2 open3 run run3 harness start capture systemx runx capturex backticks run_forked pipe_from_fork ";

/// Whether a text calls one, or opens a pipe.
pub(super) fn starts(text: &str) -> bool {
    let mut word = String::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        // A pipe stands at an end of what is opened, or is told by the mode.
        let opens = line.split("open").skip(1).any(|behind| {
            behind.match_indices('|').any(|(at, _)| {
                let before = behind[..at].chars().next_back();
                let next = behind[at + 1..].chars().next();
                let mark = |c: Option<char>| c.is_some_and(|c| "\"'-".contains(c));
                mark(before) || mark(next)
            })
        });
        if opens || line.contains('`') {
            return true;
        }
        for c in line.chars().chain([' ']) {
            if c.is_alphanumeric() || "_$@%&".contains(c) {
                word.push(c);
                continue;
            }
            if !word.is_empty() && FUNCTIONS.contains(&format!(" {word} ")) {
                return true;
            }
            word.clear();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::starts;

    #[test]
    fn calls_are_found() {
        for text in [
            "open(my $f, '-|', 'curl', $x);",
            "open(my $f, 'identify a |');",
            "system qw(gpg -d);",
            "my $p = open3(undef, my $o, undef, 'ps');",
            "my $x = `git log`;",
        ] {
            assert!(starts(text), "{text}");
        }
        for text in ["open(my $f, '<', $x) || die;", "# system 'ls'", "$system = 1;"] {
            assert!(!starts(text), "{text}");
        }
    }
}
