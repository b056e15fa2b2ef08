// Worldclock tells the time anywhere: GET /?in=Europe/Vienna
package main

import (
	"fmt"
	"log"
	"net/http"
	"time"
)

// timeIn is the moment as a clock in that zone shows it.
func timeIn(zone string, moment time.Time) (string, error) {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return "", err
	}
	return moment.In(location).Format("15:04:05"), nil
}

func handle(writer http.ResponseWriter, request *http.Request) {
	clock, err := timeIn(request.URL.Query().Get("in"), time.Now())
	if err != nil {
		http.Error(writer, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprintln(writer, clock)
}

func main() {
	http.HandleFunc("/", handle)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
