//! Programs of packages that have another name (the lists of files of Debian's packages).

/// Whether a package brings a program.
pub(super) fn brings(package: &str, program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    // The run-time environments of Debian; a later test asks for the version.
    let java = name == "java" && package.contains("-jre");
    java || package == name
        || matches!(
            (package, name),
            ("bzip2", "bunzip2" | "bzcat")
                | ("fontconfig", "fc-cache" | "fc-list" | "fc-match")
                | ("gnupg", "gpg")
                | (
                    "imagemagick",
                    "compare" | "composite" | "convert" | "identify" | "mogrify" | "montage"
                )
                | ("mercurial", "hg")
                | ("netcat-openbsd", "nc")
                | ("openssh-client", "scp" | "sftp" | "ssh" | "ssh-keygen" | "ssh-keyscan")
                | ("poppler-utils", "pdfinfo" | "pdftoppm" | "pdftotext")
                | ("postgresql-client", "pg_dump" | "pg_isready" | "pg_restore" | "psql")
                | ("subversion", "svn")
                | ("xz-utils", "unxz" | "xz" | "xzcat")
                | ("nginx-core" | "nginx-extras" | "nginx-full" | "nginx-light", "nginx")
                | ("apache2", "apache2ctl" | "apachectl")
                | ("procps", "pgrep" | "ps" | "pkill")
                | ("supervisor", "supervisord")
        )
}
