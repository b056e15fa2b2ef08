const { execFile } = require("node:child_process");
const { randomUUID } = require("node:crypto");
const fs = require("node:fs/promises");
const path = require("node:path");
const express = require("express");

const uploads = process.env.UPLOADS || "/var/uploads";
const app = express();

app.use(express.static(path.join(__dirname, "public")));

app.post("/pictures", express.raw({ type: "image/*", limit: "10mb" }), async (request, response) => {
  if (!Buffer.isBuffer(request.body)) return response.status(415).json({ error: "not a picture" });
  const file = path.join(uploads, randomUUID());
  await fs.writeFile(file, request.body);
  execFile("convert", [file, "-thumbnail", "200x200", `${file}.png`], (error) => {
    if (error) return response.status(422).json({ error: "cannot be converted" });
    response.status(201).sendFile(`${file}.png`);
  });
});

app.get("/health", (_request, response) => response.json({ status: "ok" }));

app.listen(process.env.PORT || 3000);
