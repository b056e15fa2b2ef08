<?php

require __DIR__ . '/../vendor/autoload.php';

$month = new Calendar\Month(new DateTimeImmutable($_GET['day'] ?? 'today'));
$locale = Locale::acceptFromHttp($_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? 'en') ?: 'en';
?>
<!doctype html>
<title><?= htmlspecialchars($month->title($locale)) ?></title>
<table>
<?php foreach ($month->weeks() as $week): ?>
  <tr><?php foreach ($week as $day): ?><td><?= $day ?></td><?php endforeach ?></tr>
<?php endforeach ?>
</table>
