// Reads Parquet files with parquet-go: every leaf's values with their levels, or the rows that a
// predicate takes, by parquet-go's bounds, bloom filters and page index or without them.
//
// Says its version, then answers each line on standard input
//
//	{"path": TEXT}
//	{"path": TEXT, "predicate": {"column": [...], "op": TEXT, "value": ...}, "skipping": BOOL}
//
// with one of
//
//	{"columns": [{"definition": [...], "repetition": [...], "values": [...]}, ...]}
//	{"rows": [...], "looked_at": COUNT}
//	{"error": TEXT}
//
// Values are written as ReadFiles.java writes them: floats as their bits, bytes as hex. The numbers
// of rows are the first column's values.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime/debug"

	"github.com/parquet-go/parquet-go"
)

type column struct {
	Definition []int `json:"definition"`
	Repetition []int `json:"repetition"`
	Values     []any `json:"values"`
}

type request struct {
	Path      string     `json:"path"`
	Predicate *predicate `json:"predicate"`
	Skipping  bool       `json:"skipping"`
}

type answer struct {
	Columns  []*column `json:"columns,omitempty"`
	Rows     []int64   `json:"rows,omitzero"`
	LookedAt int       `json:"looked_at,omitempty"`
	Error    string    `json:"error,omitempty"`
}

func physical(value parquet.Value) any {
	switch value.Kind() {
	case parquet.Boolean:
		return value.Boolean()
	case parquet.Int32:
		return value.Int32()
	case parquet.Int64:
		return value.Int64()
	case parquet.Int96:
		words := value.Int96()
		bytes := make([]byte, 0, 12)
		for _, word := range words {
			bytes = binary.LittleEndian.AppendUint32(bytes, word)
		}
		return hex.EncodeToString(bytes)
	case parquet.Float:
		return math.Float32bits(value.Float())
	case parquet.Double:
		return math.Float64bits(value.Double())
	default:
		return hex.EncodeToString(value.ByteArray())
	}
}

func appendChunk(found *column, chunk parquet.ColumnChunk) error {
	pages := chunk.Pages()
	defer pages.Close()
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		values := make([]parquet.Value, page.NumValues())
		count, err := page.Values().ReadValues(values)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if int64(count) != page.NumValues() {
			return fmt.Errorf("%d of %d values", count, page.NumValues())
		}
		for _, value := range values {
			found.Definition = append(found.Definition, value.DefinitionLevel())
			found.Repetition = append(found.Repetition, value.RepetitionLevel())
			if !value.IsNull() {
				found.Values = append(found.Values, physical(value))
			}
		}
	}
}

func columns(file *parquet.File) (found answer, err error) {
	for _, group := range file.RowGroups() {
		for i, chunk := range group.ColumnChunks() {
			if len(found.Columns) == i {
				found.Columns = append(found.Columns, &column{[]int{}, []int{}, []any{}})
			}
			if err := appendChunk(found.Columns[i], chunk); err != nil {
				return found, err
			}
		}
	}
	return found, nil
}

func read(asked request) (found answer, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	file, err := os.Open(asked.Path)
	if err != nil {
		return found, err
	}
	defer file.Close()
	status, err := file.Stat()
	if err != nil {
		return found, err
	}
	// Of all column indexes at once, parquet-go makes empty ones where the first column has none.
	parsed, err := parquet.OpenFile(file, status.Size(), parquet.SkipPageIndex(true))
	if err != nil {
		return found, err
	}
	if asked.Predicate != nil {
		return filter(parsed, asked.Predicate, asked.Skipping)
	}
	return columns(parsed)
}

func answerTo(line []byte) answer {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Error: err.Error()}
	}
	found, err := read(asked)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return found
}

func version() string {
	build, _ := debug.ReadBuildInfo()
	for _, module := range build.Deps {
		if module.Path == "github.com/parquet-go/parquet-go" {
			return module.Version
		}
	}
	return "unknown"
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	fmt.Fprintln(out, "parquet-go", version())
	out.Flush()
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		if err := encoder.Encode(answerTo(in.Bytes())); err != nil {
			fmt.Fprintln(out, `{"error": "no JSON"}`)
		}
		out.Flush()
	}
}
