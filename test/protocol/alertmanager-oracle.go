// Answers what the libraries of the real Alertmanager say: one JSON question a line, one answer.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/alertmanager/timeinterval"
	"gopkg.in/yaml.v2"
)

type question struct {
	Matchers *string
	Interval *string
	AtMs     []int64
}

type answer struct {
	Error    string     `json:"error,omitempty"`
	Matchers [][]string `json:"matchers,omitempty"`
	Contains []bool     `json:"contains,omitempty"`
}

func matchersOf(text string) (found answer) {
	defer func() {
		if fault := recover(); fault != nil {
			found = answer{Error: fmt.Sprint(fault)}
		}
	}()
	matchers, err := labels.ParseMatchers(text)
	if err != nil {
		return answer{Error: err.Error()}
	}
	for _, m := range matchers {
		found.Matchers = append(found.Matchers, []string{m.Name, m.Type.String(), m.Value})
	}
	return found
}

func containsOf(text string, atMs []int64) (found answer) {
	var interval timeinterval.TimeInterval
	if err := yaml.UnmarshalStrict([]byte(text), &interval); err != nil {
		return answer{Error: err.Error()}
	}
	for _, ms := range atMs {
		found.Contains = append(found.Contains, interval.ContainsTime(time.UnixMilli(ms).UTC()))
	}
	return found
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked question
		if err := json.Unmarshal(line, &asked); err != nil {
			panic(err)
		}
		if asked.Matchers != nil {
			err = answers.Encode(matchersOf(*asked.Matchers))
		} else {
			err = answers.Encode(containsOf(*asked.Interval, asked.AtMs))
		}
		if err != nil {
			panic(err)
		}
	}
}
