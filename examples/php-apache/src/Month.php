<?php

namespace Calendar;

use DateTimeImmutable;
use IntlDateFormatter;

/** A month as a table of weeks, Monday first. */
final class Month
{
    public function __construct(private DateTimeImmutable $day)
    {
    }

    public function title(string $locale): string
    {
        $formatter = new IntlDateFormatter($locale, pattern: 'LLLL yyyy');
        return $formatter->format($this->day);
    }

    /** @return list<list<?int>> */
    public function weeks(): array
    {
        $first = $this->day->modify('first day of this month');
        $days = array_fill(0, (int) $first->format('N') - 1, null);
        array_push($days, ...range(1, (int) $this->day->format('t')));
        return array_chunk($days, 7);
    }
}
