package main

import (
	"testing"
	"time"
)

func TestTimeIn(t *testing.T) {
	noon := time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC)
	if clock, err := timeIn("Europe/Vienna", noon); err != nil || clock != "14:00:00" {
		t.Fatalf("got %q, %v", clock, err)
	}
	if _, err := timeIn("Nowhere/Land", noon); err == nil {
		t.Fatal("an unknown zone was accepted")
	}
}
