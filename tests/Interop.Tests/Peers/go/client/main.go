// gRPC's published interop cases, run by the official Go library against a server.
//
//	client --port 10000 --case all
//
// Prints a line of JSON for each case: its name, whether it passed, and what went wrong. The case "-" reads lines of
// "NAME PORT" from standard input and runs each as it comes. Exit status: 0 all passed, 1 one failed, 2 usage.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
)

var (
	host             = flag.String("host", "127.0.0.1", "the server's host")
	port             = flag.Int("port", 0, "the server's port")
	name             = flag.String("case", "", "a case's name, all, or - for lines of NAME PORT")
	tls              = flag.String("tls", "", "CA: call over TLS and trust the authorities of this PEM file")
	soakIterations   = flag.Int("soak-iterations", 10, "calls of a soak")
	soakMaxLatencyMs = flag.Int("soak-max-latency-ms", 1000, "a slower call of a soak has failed")
)

func main() {
	flag.Parse()
	passed := true
	switch _, known := find(*name); {
	case *name == "-":
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			var ordered string
			var at int
			if _, err := fmt.Sscan(lines.Text(), &ordered, &at); err != nil {
				fmt.Fprintf(os.Stderr, "the line is %q; it must be NAME PORT\n", lines.Text())
				os.Exit(2)
			}
			passed = report(ordered, at) && passed
		}
	case *name == "all":
		for _, one := range cases {
			passed = report(one.name, *port) && passed
		}
	case known:
		passed = report(*name, *port)
	default:
		fmt.Fprintf(os.Stderr, "there is no case %q\n", *name)
		os.Exit(2)
	}
	if !passed {
		os.Exit(1)
	}
}

func report(name string, port int) bool {
	detail := ""
	if err := run(name, port); err != nil {
		detail = err.Error()
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{"case": name, "passed": detail == "", "detail": detail})
	return detail == ""
}

func run(name string, port int) error {
	execute, known := find(name)
	if !known {
		return fmt.Errorf("there is no case %q", name)
	}
	fresh, err := connect(port)
	if err != nil {
		return err
	}
	defer fresh.close()
	return execute(fresh)
}
