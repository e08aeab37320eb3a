// One action of Go's client library, which pushes protobuf: push, add or delete, to the gateway at
// a URL. Its histogram is a native one, which text cannot carry.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/push"
)

const help = "What a client pushed."

func main() {
	url, action, job, path := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	pusher := push.New(url, job).Grouping("path", path)
	for _, pair := range os.Args[5:] {
		kind, text, _ := strings.Cut(pair, "=")
		value, err := strconv.ParseFloat(text, 64)
		check(err)
		pusher.Collector(collector(kind, value))
	}
	switch action {
	case "push":
		check(pusher.Push())
	case "add":
		check(pusher.Add())
	default:
		check(pusher.Delete())
	}
}

func collector(kind string, value float64) prometheus.Collector {
	switch kind {
	case "counter":
		metric := prometheus.NewCounter(prometheus.CounterOpts{
			Name: "client_runs_total", Help: help,
		})
		metric.Add(value)
		return metric
	case "gauge":
		metric := prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "client_temperature_celsius", Help: help,
		})
		metric.Set(value)
		return metric
	case "summary":
		metric := prometheus.NewSummary(prometheus.SummaryOpts{
			Name: "client_size_bytes", Help: help,
		})
		metric.Observe(value)
		return metric
	default:
		metric := prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "client_wait_seconds", Help: help, NativeHistogramBucketFactor: 1.1,
		})
		metric.Observe(value)
		return metric
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
