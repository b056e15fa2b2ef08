//! Link Go programs without symbols and debugging information.
//!
//! Nearly a third of a Go program is a symbol table and DWARF, which only a debugger reads. Traces of a
//! panic, profiles and `go version -m` do without.
//!
//! ```dockerfile before
//! FROM golang:1.22 AS build
//! WORKDIR /src
//! COPY . .
//! RUN CGO_ENABLED=0 go build -o /server ./cmd/server
//! RUN go build -ldflags "-X main.version=1.0" -o /admin ./cmd/admin
//!
//! FROM gcr.io/distroless/static
//! COPY --from=build /server /admin /
//! ENTRYPOINT ["/server"]
//! ```
//!
//! ```dockerfile after
//! FROM golang:1.22 AS build
//! WORKDIR /src
//! COPY . .
//! RUN CGO_ENABLED=0 go build -ldflags="-s -w" -o /server ./cmd/server
//! RUN go build -ldflags "-s -w -X main.version=1.0" -o /admin ./cmd/admin
//!
//! FROM gcr.io/distroless/static
//! COPY --from=build /server /admin /
//! ENTRYPOINT ["/server"]
//! ```
//!
//! Linker flags that the author has quoted are kept, and the new ones stand in front of them. A call
//! that has `-s` or `-w` already is left as it is.
//!
//! # Declines
//!
//! - Nobody gets the binary: the stage is used by nothing, or the call only checks that packages
//!   compile, or it builds a library, or a tool of the build.
//! - The symbols are wanted: a debugger or a tool that reads them is called, or the build is one for
//!   debugging.
//! - Flags come from a variable that cannot be read.
//!
//! # Safety
//!
//! Review. `-s` omits the symbol table and `-w` the DWARF table (`go doc cmd/link`); a program that
//! reads its own is rare, and a debugger that somebody attaches to a container finds no names.

mod flags;
mod reasons;

use dockslim_contract::{Decline, Difference, Findings, Rewrite, Safety};
use dockslim_syntax::{Edits, Keyword};

use crate::facts::{Build, BuildStage, BuildStep, Command, Content, Readers, Use, by_text};
use crate::pass::Refusal;
use crate::{Facts, Options, Transform};
use flags::{LinkerFlags, linker_flags};

/// The pass.
pub const STRIP_BINARIES: Transform = Transform {
    name: "strip-binaries",
    summary: "link Go programs without symbols and debugging information",
    levels: &[Safety::Review],
    source: include_str!("strip_binaries.rs"),
    declines: reasons::ALL,
    causes: &[Difference::StrippedBinary],
    run,
};

fn run(facts: &Facts<'_>, _: &Options) -> Findings {
    let mut findings = Findings::default();
    let build = facts.build();
    if !build.may_install {
        return findings;
    }
    for stage in &build.stages {
        for step in stage.steps.iter().filter(|step| step.instruction.kind == Keyword::Run) {
            for command in step.content.commands() {
                if is_go_build(command) {
                    look_at(&Compile { build, stage, step, command }, &mut findings);
                }
            }
        }
    }
    findings
}

/// `go build` or `go install`, wherever the program lies.
fn is_go_build(command: &Command<'_>) -> bool {
    command
        .package_call()
        .is_some_and(|call| call.manager.name == "go" && (call.is("build") || call.is("install")))
}

/// A call of the Go compiler.
struct Compile<'b, 't> {
    build: &'b Build<'t>,
    stage: &'b BuildStage<'t>,
    step: &'b BuildStep<'t>,
    command: &'b Command<'t>,
}

fn look_at(compile: &Compile<'_, '_>, findings: &mut Findings) {
    let at = compile.command.span;
    let flags = match linker_flags(compile.build.dockerfile, compile.command) {
        Ok(LinkerFlags::Decided) => return,
        Ok(LinkerFlags::At(offset, text)) => Ok((offset, text)),
        Err(word) => {
            let message = format!("{word} may hold linker flags already");
            Err((&reasons::UNKNOWN_WORDS, message))
        }
    };
    match refusal(compile).map_or(flags, Err) {
        Ok((offset, text)) => {
            let mut edits = Edits::new();
            let reason = "the binary carries symbols that only a debugger reads".to_owned();
            if edits.insert(offset, text).is_ok() {
                findings.rewrites.push(Rewrite { safety: Safety::Review, at, reason, edits });
            }
        }
        Err((reason, message)) => findings.declines.push(Decline { reason, at, message }),
    }
}

/// What speaks against a smaller binary.
fn refusal(compile: &Compile<'_, '_>) -> Option<Refusal> {
    let Compile { build, stage, step, command } = *compile;
    if step.onbuild {
        return Some((&reasons::ONBUILD, "it runs in the builds of others".to_owned()));
    }
    if matches!(step.content, Content::Exec(_)) {
        return Some((&reasons::EXEC_FORM, "the exec form is left as it is".to_owned()));
    }
    if !stage.stage.ships && !stage.stage.used {
        return Some((&reasons::NOT_USED, "nothing takes files from this stage".to_owned()));
    }
    let text = command.text(build.dockerfile);
    if text.contains("-buildmode")
        && !text.contains("buildmode=pie")
        && !text.contains("buildmode=exe")
    {
        return Some((&reasons::BUILD_MODE, "what it builds is no program".to_owned()));
    }
    if let Some(why) = no_artefact(compile) {
        return Some((&reasons::NO_ARTEFACT, why));
    }
    if text.contains("gcflags") && text.contains("-N") {
        return Some((&reasons::DEBUGGING, "it is built for a debugger".to_owned()));
    }
    if step
        .state
        .settings
        .iter()
        .any(|one| one.name == "GOFLAGS" && mentions_linker(one.value.as_deref()))
    {
        return Some((&reasons::ELSEWHERE, "GOFLAGS holds linker flags".to_owned()));
    }
    symbols_wanted(build).or_else(|| stripped_later(compile))
}

fn mentions_linker(value: Option<&str>) -> bool {
    value.is_none_or(|value| value.contains("ldflags") || value.contains('$'))
}

/// Why a call leaves no binary that somebody gets.
fn no_artefact(compile: &Compile<'_, '_>) -> Option<String> {
    let call = compile.command.package_call()?;
    let operands: Vec<&str> =
        call.operands().skip(1).filter_map(|at| compile.command.words[at].as_deref()).collect();
    let output = ["-o", "--o"].map(str::to_owned);
    let many =
        |operand: &&str| operand.ends_with("...") || matches!(*operand, "std" | "cmd" | "all");
    if call.is("build") && !call.has_any(&output) && operands.iter().any(many) {
        return Some("it only checks that packages compile".to_owned());
    }
    if operands.iter().any(|operand| matches!(*operand, "std" | "cmd" | "all")) {
        return Some("it compiles packages ahead of others".to_owned());
    }
    if !call.has_any(&output)
        && let Some(line) = operands.iter().find_map(|operand| program_below(compile, operand))
    {
        return Some(format!("line {line} builds a program below it, so this is a library"));
    }
    // `go install example.com/tool@v1` in a stage from which nothing of it is taken.
    let tools = operands.iter().filter(|operand| {
        operand.contains('@') || call.is("install") && is_foreign(compile, operand)
    });
    let kept = |operand: &str| {
        let package = operand.split('@').next().unwrap_or(operand);
        let mut parts = package.rsplit('/');
        let last = parts.next().unwrap_or(package);
        let versioned = last.strip_prefix('v').is_some_and(|rest| rest.parse::<u32>().is_ok());
        let name = if versioned { parts.next().unwrap_or(last) } else { last };
        let copied = &compile.build.copied;
        copied.iter().enumerate().any(|(number, (at, path))| {
            let path = path.trim_end_matches(['/', '*']);
            // The last word of an instruction is where things go, not what is taken.
            let source = copied.get(number + 1).is_some_and(|(next, _)| next == at);
            path.ends_with(name) || source && (path.ends_with("/bin") || path.ends_with("/go"))
        })
    };
    let mut unused = tools.filter(|operand| !kept(operand));
    let tool = unused.next().filter(|_| !compile.stage.stage.ships)?;
    Some(format!("{tool} is a tool of the build"))
}

/// The line of a call that builds a program of the folder `cmd` in a package, where libraries have theirs.
fn program_below(compile: &Compile<'_, '_>, package: &str) -> Option<usize> {
    if !is_import_path(package) {
        return None;
    }
    let programs = format!("{package}/cmd/");
    let steps = compile.build.stages.iter().flat_map(|stage| &stage.steps);
    let mut calls =
        steps.flat_map(|step| step.content.commands()).filter(|other| is_go_build(other));
    let below = calls
        .find(|call| call.words.iter().flatten().any(|operand| operand.starts_with(&programs)))?;
    Some(compile.build.dockerfile.line(below.span.start))
}

/// Whether a package is another project's: nothing is copied to the place of its repository, and nobody works there.
fn is_foreign(compile: &Compile<'_, '_>, package: &str) -> bool {
    // `go help importpath`: host, owner and name stand for a repository on the well-known hosts.
    let end = package.match_indices('/').nth(2).map_or(package.len(), |(at, _)| at);
    let repository = &package[..end];
    let copied = compile.build.copied.iter().any(|(_, path)| path.contains(repository));
    let workdir = compile.step.state.workdir.as_deref();
    let cloned = || {
        let steps = compile.build.stages.iter().flat_map(|stage| &stage.steps);
        let mut commands = steps.flat_map(|step| step.content.commands());
        commands.any(|command| {
            command.manager.is_none() && command.text(compile.build.dockerfile).contains(repository)
        })
    };
    is_import_path(package)
        && !copied
        && !workdir.is_some_and(|folder| folder.contains(repository))
        && !cloned()
}

/// Whether an operand names a package by the host that it comes from: `example.com/tool`.
fn is_import_path(operand: &str) -> bool {
    operand.split_once('/').is_some_and(|(host, _)| host.contains('.') && !host.starts_with('.'))
}

/// A program of the file that reads symbols.
fn symbols_wanted(build: &Build<'_>) -> Option<Refusal> {
    let programs =
        ["dlv", "gdb", "lldb", "nm", "objdump", "addr2line", "perf", "bpftrace"].map(str::to_owned);
    let readers = Readers { programs: &programs, manager: &[] };
    let steps = build.stages.iter().flat_map(|stage| &stage.steps);
    let mut commands = steps.flat_map(|step| step.content.commands());
    let reader = commands.find(|command| {
        let text = command.text(build.dockerfile);
        let installs = command.manager.is_some_and(|manager| manager.name == "go");
        matches!(by_text(&text, readers), Use::Reads) || installs && text.contains("/dlv")
    })?;
    let line = build.dockerfile.line(reader.span.start);
    Some((&reasons::DEBUGGING, format!("line {line} looks at symbols")))
}

/// A later command of the stage that strips binaries.
fn stripped_later(compile: &Compile<'_, '_>) -> Option<Refusal> {
    let mut commands = compile.stage.steps.iter().flat_map(|step| step.content.commands());
    let strip = commands.find(|command| {
        command.span.start > compile.command.span.start && command.program_name() == Some("strip")
    })?;
    let line = compile.build.dockerfile.line(strip.span.start);
    Some((&reasons::STRIPPED, format!("line {line} strips it")))
}
