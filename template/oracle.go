// What Go's own text/template and html/template make of the cases on standard input: a line of JSON
// each, and a line of JSON back. `oracle.conformance.ts` builds it and has the same data.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	html "html/template"
	"os"
	"sort"
	"strings"
	text "text/template"
	"time"
)

type request struct {
	Mode, Name, Source, MissingKey string
	Files                          []string
	Data                           json.RawMessage
}

type answer struct {
	Out string `json:"out"`
	Err string `json:"err"`
}

// KV stands for the sets of labels that templates get.
type KV map[string]string

type Pair struct{ Name, Value string }

func (kv KV) SortedPairs() []Pair {
	pairs := []Pair{}
	for name, value := range kv {
		pairs = append(pairs, Pair{name, value})
	}
	sort.Slice(pairs, func(i, j int) bool { return pairs[i].Name < pairs[j].Name })
	return pairs
}

func (kv KV) Remove(names []string) KV {
	rest := KV{}
	for name, value := range kv {
		rest[name] = value
	}
	for _, name := range names {
		delete(rest, name)
	}
	return rest
}

type Alert struct {
	Status   string
	Labels   KV
	StartsAt time.Time
	Count    int
}

func (a Alert) Is(status string) bool { return a.Status == status }

var functions = map[string]interface{}{
	"upper": strings.ToUpper,
	"join":  func(sep string, texts []string) string { return strings.Join(texts, sep) },
	"texts": func(texts ...string) []string { return texts },
	"list":  func(items ...interface{}) []interface{} { return items },
	"add":   func(a, b int) int { return a + b },
	"half":  func(number float64) float64 { return number / 2 },
	"flip":  func(truth bool) bool { return !truth },
	"same":  func(item interface{}) interface{} { return item },
	"fails": func(reason string) (string, error) { return "", fmt.Errorf("%s", reason) },
	"safe":  func(text string) html.HTML { return html.HTML(text) },
	"link":  func(text string) html.URL { return html.URL(text) },
	"style": func(text string) html.CSS { return html.CSS(text) },
	"code":  func(text string) html.JS { return html.JS(text) },
	"tz": func(name string, moment time.Time) (time.Time, error) {
		place, err := time.LoadLocation(name)
		return moment.In(place), err
	},
	"attr":  func(text string) html.HTMLAttr { return html.HTMLAttr(text) },
}

func value(raw json.RawMessage) interface{} {
	var tagged map[string]json.RawMessage
	if json.Unmarshal(raw, &tagged) == nil && tagged != nil {
		for tag, inner := range tagged {
			if strings.HasPrefix(tag, "$") {
				return special(tag, inner)
			}
		}
		result := map[string]interface{}{}
		for name, inner := range tagged {
			result[name] = value(inner)
		}
		return result
	}
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) == nil && items != nil {
		result := []interface{}{}
		for _, inner := range items {
			result = append(result, value(inner))
		}
		return result
	}
	var plain interface{}
	read(raw, &plain)
	return plain
}

func read(raw json.RawMessage, into interface{}) {
	if err := json.Unmarshal(raw, into); err != nil {
		panic(err)
	}
}

func special(tag string, raw json.RawMessage) interface{} {
	switch tag {
	case "$int":
		var whole int
		read(raw, &whole)
		return whole
	case "$time":
		var moment time.Time
		read(raw, &moment)
		return moment.UTC()
	case "$ns":
		var span time.Duration
		read(raw, &span)
		return span
	case "$texts":
		var texts []string
		read(raw, &texts)
		return texts
	case "$kv":
		var kv KV
		read(raw, &kv)
		return kv
	case "$alert":
		var alert Alert
		read(raw, &alert)
		return alert
	}
	panic(tag)
}

func answerTo(ask request) (result answer) {
	defer func() {
		if problem := recover(); problem != nil {
			result = answer{Err: fmt.Sprint("panic: ", problem)}
		}
	}()
	out, err := render(ask)
	if err != nil {
		return answer{Err: err.Error()}
	}
	return answer{Out: out}
}

func render(ask request) (string, error) {
	data := value(ask.Data)
	var out bytes.Buffer
	if ask.Mode == "html" {
		set := html.New(ask.Name).Funcs(functions).Option("missingkey=" + ask.MissingKey)
		for i, file := range ask.Files {
			if _, err := set.New(fmt.Sprintf("file%d", i)).Parse(file); err != nil {
				return "", err
			}
		}
		if _, err := set.Parse(ask.Source); err != nil {
			return "", err
		}
		err := set.Execute(&out, data)
		return out.String(), err
	}
	set := text.New(ask.Name).Funcs(functions).Option("missingkey=" + ask.MissingKey)
	for i, file := range ask.Files {
		if _, err := set.New(fmt.Sprintf("file%d", i)).Parse(file); err != nil {
			return "", err
		}
	}
	if _, err := set.Parse(ask.Source); err != nil {
		return "", err
	}
	err := set.Execute(&out, data)
	return out.String(), err
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<26)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for in.Scan() {
		var ask request
		read(in.Bytes(), &ask)
		if err := out.Encode(answerTo(ask)); err != nil {
			panic(err)
		}
	}
}
