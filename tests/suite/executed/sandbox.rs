//! Runs the RUNs of a Dockerfile under a real shell, in a folder of its own that plays the image.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use dockslim_syntax::{Arguments, Dockerfile, Instruction, Keyword, parse};
use rustix::process::{Pid, Signal, kill_process_group};
#[cfg(target_os = "linux")]
use rustix::process::{Resource, Rlimit, prlimit};
use tempfile::TempDir;

use super::tree::Tree;
use crate::shells::handed_over;
use crate::sources::missing;

/// A program that reads scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    files: Rc<Tree>,
}

/// The folder in which builds happen, one after the other, always under the same path.
pub(super) struct Sandbox {
    place: TempDir,
    /// What lies in the image at the moment.
    now: RefCell<Rc<Tree>>,
    /// What came of the RUNs so far. One that is run again sees the same, and so does the same.
    known: RefCell<HashMap<Task, Option<Rc<Ran>>>>,
}

/// Everything that a RUN sees.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Task {
    shell: Shell,
    /// The words between the shell and the script.
    options: Vec<String>,
    script: String,
    environment: BTreeMap<String, String>,
    /// Where it starts, from the image.
    folder: PathBuf,
    files: Rc<Tree>,
}

/// What came of a RUN.
struct Ran {
    status: i32,
    output: String,
    files: Rc<Tree>,
}

/// How long a RUN may take; what does nothing but turn round and round is ended after a second of work.
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
        let [old, new] = [self, other].map(|built| built.files.lines().collect::<BTreeMap<_, _>>());
        for path in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
            if old.get(path) != new.get(path) {
                let name = path.strip_prefix(HOME).unwrap_or(path);
                text += &format!("{name} {:?} became {:?}\n", old.get(path), new.get(path));
            }
        }
        text
    }
}

impl Sandbox {
    pub(super) fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let inside = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let place = TempDir::with_prefix_in("build", inside).unwrap();
        fs::create_dir(place.path().join("image")).unwrap();
        Self { place, now: RefCell::default(), known: RefCell::default() }
    }

    /// Builds a Dockerfile; `None` where a RUN did not come to its end in time, or there is more in
    /// the file than this sandbox can do.
    pub(super) fn build(&self, dockerfile: &str, shell: Shell) -> Option<Built> {
        let image = self.place.path().join("image");
        let mut state = State::new(&image.join(HOME));
        let mut built = Built { status: 0, output: String::new(), files: first_image() };
        let tree = parse(dockerfile);
        for (_, instruction) in tree.instructions() {
            let script = state.follow(&tree, instruction)?;
            built.files = built.files.with_folder(&state.folder)?;
            if let Some(script) = script {
                let task = state.task(script, shell, built.files);
                let known = self.known.borrow().get(&task).cloned();
                let ran = known.unwrap_or_else(|| {
                    let ran = self.run(&task).map(Rc::new);
                    self.known.borrow_mut().insert(task, ran.clone());
                    ran
                });
                let ran = ran?;
                built.status = ran.status;
                built.output += &ran.output;
                built.files = ran.files.clone();
                if ran.status != 0 {
                    break;
                }
            }
        }
        Some(built)
    }

    /// The same, as if nothing had been run before.
    pub(super) fn build_anew(&self, dockerfile: &str, shell: Shell) -> Option<Built> {
        self.known.borrow_mut().clear();
        self.build(dockerfile, shell)
    }

    /// Runs a script in a fresh shell. What it leaves in the background ends with it.
    fn run(&self, task: &Task) -> Option<Ran> {
        let (image, output) = (self.place.path().join("image"), self.place.path().join("output"));
        task.files.lay_out(&image, &self.now.borrow());
        let mut command = task.shell.command();
        command.args(&task.options).arg(&task.script);
        command.current_dir(image.join(&task.folder)).env_clear().envs(&task.environment);
        command.stdin(Stdio::null()).stdout(File::create(&output).unwrap()).stderr(Stdio::null());
        let mut child = command.process_group(0).spawn().unwrap();
        let group = Pid::from_child(&child);
        #[cfg(target_os = "linux")]
        {
            let second = Rlimit { current: Some(1), maximum: Some(2) };
            let _ = prlimit(Some(group), Resource::Cpu, second);
        }
        let end = Instant::now() + LIMIT;
        watched().lock().unwrap().push((group, end));
        let status = child.wait().unwrap();
        watched().lock().unwrap().retain(|(other, _)| *other != group);
        let _ = kill_process_group(group, Signal::KILL);
        let files = Rc::new(Tree::read(&image));
        self.now.replace(files.clone());
        if Instant::now() >= end || status.signal() == Some(Signal::XCPU.as_raw()) {
            return None;
        }
        let status = status.code().or(status.signal().map(|signal| 128 + signal)).unwrap();
        let output = String::from_utf8_lossy(&fs::read(output).unwrap()).into_owned();
        Some(Ran { status, output, files })
    }
}

/// What the image holds before the first RUN.
fn first_image() -> Rc<Tree> {
    let mut tree = Tree::default();
    for (path, text) in IMAGE {
        let mode = if text.starts_with("#!") { 0o755 } else { 0o644 };
        tree.add(&Path::new(HOME).join(path), mode, text);
    }
    Rc::new(tree)
}

/// What the instructions so far have set.
struct State {
    shell: Vec<String>,
    /// From the image.
    folder: PathBuf,
    environment: BTreeMap<String, String>,
}

impl State {
    fn new(home: &Path) -> Self {
        let at = home.display();
        let path = format!("{at}/p/bin:{at}/q/bin:/usr/bin:/bin");
        let environment = [("PATH", path), ("HOME", at.to_string()), ("LC_ALL", "C".to_owned())];
        Self {
            shell: ["/bin/sh", "-c"].map(str::to_owned).to_vec(),
            folder: PathBuf::from(HOME),
            environment: environment.map(|(name, value)| (name.to_owned(), value)).into(),
        }
    }

    /// Does what an instruction says, and gives the script of a RUN; `None` for what this sandbox cannot do.
    fn follow(&mut self, tree: &Dockerfile<'_>, at: &Instruction) -> Option<Option<String>> {
        match (&at.kind, &at.arguments) {
            (Keyword::Shell, _) => {
                self.shell = at.exec()?.iter().map(|word| word.value.clone()).collect();
            }
            (Keyword::Workdir, Arguments::Text(path)) => {
                for part in plain(&tree.text(*path))?.split('/') {
                    match part {
                        "" | "." => {}
                        ".." => drop(self.folder.pop()),
                        name => self.folder.push(name),
                    }
                }
            }
            (Keyword::Env | Keyword::Arg, Arguments::Pairs { pairs, .. }) => {
                for pair in pairs {
                    let value = plain(&tree.text(pair.value?))?.to_owned();
                    self.environment.insert(tree.text(pair.name).into_owned(), value);
                }
            }
            (Keyword::Run, _) => return Some(Some(handed_over(tree, at, at.script()?))),
            (Keyword::From | Keyword::Label, _) => {}
            _ => return None,
        }
        Some(None)
    }

    fn task(&self, script: String, shell: Shell, files: Rc<Tree>) -> Task {
        Task {
            shell,
            options: self.shell[1..].to_vec(),
            script,
            environment: self.environment.clone(),
            folder: self.folder.clone(),
            files,
        }
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
