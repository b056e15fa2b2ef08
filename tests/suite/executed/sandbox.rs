//! Runs the RUNs of a Dockerfile under a real shell, in a folder of its own that plays the image.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use dockslim_syntax::{Arguments, Dockerfile, Instruction, Keyword, parse};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

use crate::shells::handed_over;
use crate::sources::missing;

/// A program that reads scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shell {
    Dash,
    Ash,
    /// bash by the name of sh, which makes it follow POSIX.
    BashAsSh,
    Bash,
}

/// What a build leaves behind.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Built {
    /// The status of the RUN that ended the build, 0 if none did.
    status: i32,
    output: String,
    /// Path to kind, mode and text.
    files: BTreeMap<String, String>,
}

/// The folder in which builds happen, one after the other, always under the same path.
pub(super) struct Sandbox(TempDir);

/// How long a RUN may take.
const LIMIT: Duration = Duration::from_secs(5);

/// Where a build starts in the image: deep, so that `cd ..` leads nowhere else.
const HOME: &str = "1/2/3/4/5/6/7/8/home";

/// What the image holds in that folder before the first RUN; what starts with `#!` is a program.
const IMAGE: &[(&str, &str)] = &[
    ("p/bin/old", "#!/bin/sh\necho old\n"),
    ("q/bin/tool", "#!/bin/sh\necho two \"$@\"\n"),
    ("q/bin/other", "#!/bin/sh\necho other \"$V\"\nexit 4\n"),
    ("d1/f", "inner\n"),
    ("d2/e/f", "deep\n"),
    ("data", "one\ntwo 2\n"),
    ("lib.sh", "V=lib\ncd d1\nfn() { echo lib; }\n"),
    ("quit.sh", "echo quit\nexit 0\n"),
    ("stop", "#!/bin/sh\nexit 3\n"),
];

impl Shell {
    /// Those that may stand behind the name of a program in SHELL.
    pub(super) fn behind(program: &str) -> &'static [Shell] {
        match program.rsplit('/').next().unwrap_or_default() {
            "sh" => &[Shell::Dash, Shell::Ash, Shell::BashAsSh],
            "dash" => &[Shell::Dash],
            "ash" => &[Shell::Ash],
            "bash" => &[Shell::Bash],
            other => panic!("{other} is no shell that we run"),
        }
    }

    /// Whether all are installed.
    pub(super) fn are_there() -> bool {
        let all = [Shell::Dash, Shell::Ash, Shell::BashAsSh, Shell::Bash];
        let there = all.iter().all(|shell| {
            let status = shell.command().args(["-c", "exit 7"]).stderr(Stdio::null()).status();
            status.is_ok_and(|status| status.code() == Some(7))
        });
        if !there {
            missing("a shell", "install bash, dash and busybox");
        }
        there
    }

    /// The program under `/usr/bin` or `/bin`: its full path makes it start much faster.
    fn command(self) -> Command {
        let (program, name) = match self {
            Shell::Dash => ("dash", "sh"),
            Shell::Ash => ("busybox", "ash"),
            Shell::BashAsSh => ("bash", "sh"),
            Shell::Bash => ("bash", "bash"),
        };
        let usual = Path::new("/usr/bin").join(program);
        let mut command =
            Command::new(if usual.exists() { usual } else { Path::new("/bin").join(program) });
        command.arg0(name);
        command
    }
}

impl Built {
    /// In what the two builds differ, the second behind the first; empty if in nothing. By which
    /// number a build fails is nobody's business: bash itself has two for one failure, in a subshell
    /// and outside of it.
    pub(super) fn unlike(&self, other: &Built) -> String {
        let mut text = String::new();
        if (self.status == 0) != (other.status == 0) {
            text += &format!("status {} became {}\n", self.status, other.status);
        }
        if self.output != other.output {
            text += &format!("output {:?} became {:?}\n", self.output, other.output);
        }
        let paths: BTreeSet<&String> = self.files.keys().chain(other.files.keys()).collect();
        for path in paths {
            let (old, new) = (self.files.get(path), other.files.get(path));
            if old != new {
                text += &format!("{path} {old:?} became {new:?}\n");
            }
        }
        text
    }
}

impl Sandbox {
    pub(super) fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let inside = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        Self(TempDir::with_prefix_in("build", inside).unwrap())
    }

    fn image(&self) -> PathBuf {
        self.0.path().join("image")
    }

    /// Builds a Dockerfile; `None` where a RUN did not come to its end in time, or there is more in
    /// the file than this sandbox can do.
    pub(super) fn build(&self, dockerfile: &str, shell: Shell) -> Option<Built> {
        let image = self.image();
        if image.exists() {
            fs::remove_dir_all(&image).unwrap();
        }
        let home = image.join(HOME);
        for (path, text) in IMAGE {
            let path = home.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            let mode = if text.starts_with("#!") { 0o755 } else { 0o644 };
            fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        }
        let mut state = State::new(home, &self.0.path().join("output"));
        let tree = parse(dockerfile);
        let mut status = 0;
        for (_, instruction) in tree.instructions() {
            status = state.follow(&tree, instruction, shell)?;
            if status != 0 {
                break;
            }
        }
        let path = image.to_str().unwrap();
        let read = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).replace(path, "");
        let output = read(fs::read(self.0.path().join("output")).unwrap());
        let mut files = BTreeMap::new();
        survey(&image, &mut |file, what| {
            let name = file.strip_prefix(&image).unwrap().display().to_string();
            files.insert(name.replace("1/2/3/4/5/6/7/8", ""), read(what));
        });
        Some(Built { status, output, files })
    }
}

/// What the instructions so far have set.
struct State {
    shell: Vec<String>,
    folder: PathBuf,
    environment: BTreeMap<String, String>,
    output: File,
}

impl State {
    fn new(home: PathBuf, output: &Path) -> Self {
        let at = home.display();
        let path = format!("{at}/p/bin:{at}/q/bin:/usr/bin:/bin");
        let environment = [("PATH", path), ("HOME", at.to_string()), ("LC_ALL", "C".to_owned())];
        Self {
            shell: ["/bin/sh", "-c"].map(str::to_owned).to_vec(),
            folder: home,
            environment: environment.map(|(name, value)| (name.to_owned(), value)).into(),
            output: File::create(output).unwrap(),
        }
    }

    /// Does what an instruction says, and gives the status of its RUN, 0 for all others; `None` for
    /// what this sandbox cannot do.
    fn follow(&mut self, tree: &Dockerfile<'_>, at: &Instruction, shell: Shell) -> Option<i32> {
        match (&at.kind, &at.arguments) {
            (Keyword::Shell, _) => {
                self.shell = at.exec()?.iter().map(|word| word.value.clone()).collect();
            }
            (Keyword::Workdir, Arguments::Text(path)) => {
                self.folder.push(plain(&tree.text(*path))?);
                fs::create_dir_all(&self.folder).unwrap();
            }
            (Keyword::Env | Keyword::Arg, Arguments::Pairs { pairs, .. }) => {
                for pair in pairs {
                    let value = plain(&tree.text(pair.value?))?.to_owned();
                    self.environment.insert(tree.text(pair.name).into_owned(), value);
                }
            }
            (Keyword::Run, _) => return self.run(&handed_over(tree, at, at.script()?), shell),
            (Keyword::From | Keyword::Label, _) => {}
            _ => return None,
        }
        Some(0)
    }

    /// Runs a script in a fresh shell. What it leaves in the background ends with it.
    fn run(&self, script: &str, shell: Shell) -> Option<i32> {
        fs::create_dir_all(&self.folder).unwrap();
        let mut command = shell.command();
        command.args(&self.shell[1..]).arg(script);
        command.current_dir(&self.folder).env_clear().envs(&self.environment);
        command.stdin(Stdio::null()).stdout(self.output.try_clone().unwrap());
        let mut child = command.stderr(Stdio::null()).process_group(0).spawn().unwrap();
        let group = Pid::from_child(&child);
        let end = Instant::now() + LIMIT;
        watched().lock().unwrap().push((group, end));
        let status = child.wait().unwrap();
        watched().lock().unwrap().retain(|(other, _)| *other != group);
        let _ = kill_process_group(group, Signal::KILL);
        if Instant::now() >= end {
            return None;
        }
        Some(status.code().or(status.signal().map(|signal| 128 + signal)).unwrap())
    }
}

/// A value that means itself to the builder.
fn plain(value: &str) -> Option<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/');
    (!value.starts_with('/') && value.chars().all(plain)).then_some(value)
}

/// The shells at work and when each must have ended; somebody looks after that from the first call on.
fn watched() -> &'static Mutex<Vec<(Pid, Instant)>> {
    static WATCHED: OnceLock<Mutex<Vec<(Pid, Instant)>>> = OnceLock::new();
    WATCHED.get_or_init(|| {
        std::thread::spawn(|| {
            loop {
                std::thread::park_timeout(Duration::from_millis(500));
                for (group, end) in watched().lock().unwrap().iter() {
                    if Instant::now() >= *end {
                        let _ = kill_process_group(*group, Signal::KILL);
                    }
                }
            }
        });
        Mutex::default()
    })
}

/// Tells of everything in a folder: a folder's mode, a file's mode and text, where a link leads.
fn survey(folder: &Path, tell: &mut impl FnMut(&Path, Vec<u8>)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let about = fs::symlink_metadata(&path).unwrap();
        let mut what = format!("{:o} ", about.permissions().mode()).into_bytes();
        if about.is_dir() {
            survey(&path, tell);
        } else if about.is_symlink() {
            what.extend(fs::read_link(&path).unwrap().as_os_str().as_encoded_bytes());
        } else {
            what.extend(fs::read(&path).unwrap());
        }
        tell(&path, what);
    }
}
