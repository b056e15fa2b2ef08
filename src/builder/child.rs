//! Runs a program beside this one: its lines are heard as they come, it has a time limit, and it is ended with all that it
//! started when the user wants no more.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::interrupt;

/// How often is looked whether a program is to be ended.
const GLANCE: Duration = Duration::from_millis(40);

/// How long a program may clean up behind itself when it is asked to end.
#[cfg(unix)]
const GRACE: Duration = Duration::from_secs(8);

/// How long it may take when all that it started is gone.
#[cfg(unix)]
const ALONE: Duration = Duration::from_secs(4);

/// How long is waited for the last lines of a program that has ended: what it left running may hold its streams open.
const LAST_LINES: Duration = Duration::from_secs(2);

/// Lines of its output that are kept, and bytes of each.
const KEPT_LINES: usize = 20_000;
const KEPT_BYTES: usize = 1 << 20;

/// Characters of a line that are shown.
const SHOWN: usize = 400;

/// The stream that a line came on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// Why a program did not end by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The user asked this process to end.
    Interrupted,
    /// The time was up.
    TimedOut(Duration),
}

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// Whether it was ended, and why.
    pub(crate) stop: Option<Stop>,
    /// Its last lines in the order in which they came, each with its stream.
    pub(crate) lines: VecDeque<(Stream, String)>,
    /// From start to end.
    pub(crate) wall: Duration,
    /// The time of processors that it and its children took, where the system counts it.
    pub(crate) cpu: Option<Duration>,
}

impl Ended {
    /// Whether it ended by itself, and well.
    pub(crate) fn is_good(&self) -> bool {
        self.stop.is_none() && self.status.success()
    }

    /// What it wrote on one of its streams.
    pub(crate) fn text(&self, stream: Stream) -> String {
        let own = self.lines.iter().filter(|(on, _)| *on == stream);
        own.map(|(_, line)| format!("{line}\n")).collect()
    }

    /// Its last `most` lines that say something.
    pub(crate) fn tail(&self, most: usize) -> Vec<String> {
        let said = self.lines.iter().map(|(_, line)| line).filter(|line| !line.trim().is_empty());
        let said: Vec<String> = said.map(|line| line.chars().take(SHOWN).collect()).collect();
        said[said.len().saturating_sub(most)..].to_vec()
    }
}

/// Runs `command` to its end, without input. `heard` is called for each line.
pub(crate) fn run(
    command: &mut Command,
    limit: Option<Duration>,
    heard: &mut dyn FnMut(&str),
) -> io::Result<Ended> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    alone(command);
    let (start, cpu_before) = (Instant::now(), children_cpu());
    let mut child = command.spawn()?;
    let (sender, receiver) = mpsc::channel();
    listen(child.stdout.take(), Stream::Output, sender.clone());
    listen(child.stderr.take(), Stream::Error, sender);
    let mut lines = VecDeque::new();
    let mut note = |(stream, line): (Stream, String)| {
        heard(&line);
        if lines.len() == KEPT_LINES {
            lines.pop_front();
        }
        lines.push_back((stream, line));
    };
    let mut silent = false;
    let mut stop = None;
    let status = loop {
        if silent {
            thread::sleep(GLANCE);
        } else {
            match receiver.recv_timeout(GLANCE) {
                Ok(line) => note(line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => silent = true,
            }
        }
        if let Some(status) = child.try_wait()? {
            // What has a limit is asked something, and nothing of it is to go on; nor is anything of a builder that was killed.
            if limit.is_some() || status.code().is_none() {
                sweep(&child);
            }
            break status;
        }
        let late = limit.filter(|limit| start.elapsed() > *limit);
        stop = match (interrupt::asked(), late) {
            (true, _) => Some(Stop::Interrupted),
            (false, Some(limit)) => Some(Stop::TimedOut(limit)),
            (false, None) => continue,
        };
        break end(&mut child)?;
    };
    let wall = start.elapsed();
    let until = Instant::now() + LAST_LINES;
    while let Ok(line) = receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
        note(line);
    }
    let cpu = children_cpu().zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
    // Ctrl-C may reach the child first; then it was not its own end.
    if stop.is_none() && interrupt::asked() {
        stop = Some(Stop::Interrupted);
    }
    Ok(Ended { status, stop, lines, wall, cpu })
}

/// Reads a stream line by line; what a progress bar overwrites is left out.
fn listen<R: Read + Send + 'static>(
    stream: Option<R>,
    kind: Stream,
    sender: Sender<(Stream, String)>,
) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        loop {
            line.clear();
            match reader.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end_matches(['\n', '\r']);
            let text = text.rsplit('\r').next().unwrap_or_default();
            let kept = text.floor_char_boundary(KEPT_BYTES);
            if sender.send((kind, text[..kept].to_owned())).is_err() {
                return;
            }
        }
    });
}

/// A group of its own, so that all of it can be ended, and Ctrl-C in the terminal reaches this process alone.
#[cfg(unix)]
fn alone(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn alone(_: &mut Command) {}

/// Asks the child and its group to end, and makes them if they do not.
#[cfg(unix)]
fn end(child: &mut Child) -> io::Result<ExitStatus> {
    use nix::sys::signal::{Signal, kill, killpg};
    use nix::unistd::Pid;

    let group = i32::try_from(child.id()).map(Pid::from_raw).map_err(io::Error::other)?;
    // A builder whose step fails removes the container of the step; one that is ended itself leaves it behind.
    let below = others(group.as_raw());
    for id in &below {
        let _ = kill(Pid::from_raw(*id), Signal::SIGTERM);
    }
    let mut ended = if below.is_empty() { None } else { awaited(child, ALONE)? };
    if ended.is_none() {
        // What is gone already needs no signal.
        let _ = killpg(group, Signal::SIGTERM);
        ended = awaited(child, GRACE)?;
    }
    let _ = killpg(group, Signal::SIGKILL);
    ended.map_or_else(|| child.wait(), Ok)
}

/// Ends what a child that is gone has left in its group.
#[cfg(unix)]
fn sweep(child: &Child) {
    use nix::sys::signal::{Signal, killpg};

    if let Ok(group) = i32::try_from(child.id()) {
        // Mostly there is nothing.
        let _ = killpg(nix::unistd::Pid::from_raw(group), Signal::SIGKILL);
    }
}

#[cfg(not(unix))]
fn sweep(_: &Child) {}

/// The status of a child that ends within a time.
#[cfg(unix)]
fn awaited(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let until = Instant::now() + limit;
    while Instant::now() < until {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(GLANCE);
    }
    Ok(None)
}

/// The members of a process group but the one that leads it, where the system tells.
#[cfg(unix)]
fn others(group: i32) -> Vec<i32> {
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_member = |id: &i32| {
        let told = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // Behind the name, which may hold anything, stand state, parent and group.
        let behind = told.rsplit(')').next().unwrap_or_default();
        behind.split_whitespace().nth(2).and_then(|word| word.parse().ok()) == Some(group)
    };
    ids.filter(|id| *id != group).filter(is_member).collect()
}

#[cfg(not(unix))]
fn end(child: &mut Child) -> io::Result<ExitStatus> {
    child.kill()?;
    child.wait()
}

/// What the children of this process have taken of processors so far.
#[cfg(unix)]
fn children_cpu() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::{TimeVal, TimeValLike};

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let micros = |time: TimeVal| u64::try_from(time.num_microseconds()).unwrap_or_default();
    Some(Duration::from_micros(micros(usage.user_time()) + micros(usage.system_time())))
}

#[cfg(not(unix))]
fn children_cpu() -> Option<Duration> {
    None
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn lines_of_both_streams_are_heard_and_kept_apart() {
        let mut heard = 0;
        let ended =
            run(&mut shell("echo one; echo two >&2; printf 'a\\rb'; exit 3"), None, &mut |_| {
                heard += 1;
            })
            .unwrap();
        assert_eq!((ended.status.code(), ended.stop, heard), (Some(3), None, 3));
        assert_eq!(ended.text(Stream::Output), "one\nb\n");
        assert_eq!(ended.text(Stream::Error), "two\n");
        assert!(!ended.is_good());
    }

    #[test]
    fn what_hangs_is_ended_with_its_children() {
        let limit = Duration::from_millis(300);
        assert_eq!(
            left("sleep 600 & echo $! > \"$MARK\"; wait", limit),
            Some(Stop::TimedOut(limit))
        );
    }

    #[test]
    fn what_is_left_behind_is_ended() {
        let limit = Duration::from_secs(60);
        assert_eq!(left("sleep 600 >&- 2>&- & echo $! > \"$MARK\"", limit), None);
    }

    /// Runs a script that writes the number of a child to $MARK, which does not outlive it.
    fn left(script: &str, limit: Duration) -> Option<Stop> {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("pid");
        let mut command = shell(script);
        command.env("MARK", &mark);
        let ended = run(&mut command, Some(limit), &mut |_| {}).unwrap();
        let child: i32 = std::fs::read_to_string(mark).unwrap().trim().parse().unwrap();
        // It is gone, or waits for init to notice; a signal takes its time.
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            let gone = nix::sys::signal::kill(nix::unistd::Pid::from_raw(child), None).is_err();
            if gone || stat.contains(") Z ") {
                break;
            }
            assert!(Instant::now() < until, "{stat}");
            thread::sleep(GLANCE);
        }
        ended.stop
    }
}
