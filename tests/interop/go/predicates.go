package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/parquet-go/parquet-go"
)

// predicate compares a leaf that does not repeat with a value, which is written as in answers.
type predicate struct {
	Column []string        `json:"column"`
	Op     string          `json:"op"`
	Value  json.RawMessage `json:"value"`
}

// span is rows of a row group, from first up to end.
type span struct{ first, end int64 }

// probe is a predicate on the leaf of one file.
type probe struct {
	op    string
	kind  parquet.Type
	value parquet.Value
}

func valueOf(kind parquet.Kind, written json.RawMessage) (value parquet.Value, err error) {
	switch kind {
	case parquet.Boolean:
		var found bool
		err = json.Unmarshal(written, &found)
		value = parquet.BooleanValue(found)
	case parquet.Int32:
		var found int32
		err = json.Unmarshal(written, &found)
		value = parquet.Int32Value(found)
	case parquet.Int64:
		var found int64
		err = json.Unmarshal(written, &found)
		value = parquet.Int64Value(found)
	case parquet.Float:
		var found uint32
		err = json.Unmarshal(written, &found)
		value = parquet.FloatValue(math.Float32frombits(found))
	case parquet.Double:
		var found uint64
		err = json.Unmarshal(written, &found)
		value = parquet.DoubleValue(math.Float64frombits(found))
	default:
		var text string
		if err = json.Unmarshal(written, &text); err != nil {
			return value, err
		}
		var found []byte
		found, err = hex.DecodeString(text)
		value = parquet.ByteArrayValue(found)
		if kind == parquet.FixedLenByteArray {
			value = parquet.FixedLenByteArrayValue(found)
		}
	}
	return value, err
}

func isNaN(value parquet.Value) bool {
	return value.Kind() == parquet.Float && math.IsNaN(float64(value.Float())) ||
		value.Kind() == parquet.Double && math.IsNaN(value.Double())
}

// takes says whether a row with this value is one of those that are asked for. parquet-go's order
// has NaN equal to all; asked for are none with it.
func (p *probe) takes(value parquet.Value) bool {
	if value.IsNull() || isNaN(value) {
		return false
	}
	order := p.kind.Compare(value, p.value)
	switch p.op {
	case "=":
		return order == 0
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	default:
		return order >= 0
	}
}

// mayBeWithin says whether a value between the bounds can be one that is asked for.
func (p *probe) mayBeWithin(low, high parquet.Value) bool {
	toLow, toHigh := p.kind.Compare(low, p.value), p.kind.Compare(high, p.value)
	switch p.op {
	case "=":
		return toLow <= 0 && toHigh >= 0
	case "!=":
		return toLow != 0 || toHigh != 0
	case "<":
		return toLow < 0
	case "<=":
		return toLow <= 0
	case ">":
		return toHigh > 0
	default:
		return toHigh >= 0
	}
}

func (p *probe) rulesOutChunk(chunk *parquet.FileColumnChunk) (bool, error) {
	if low, high, known := chunk.Bounds(); known && !p.mayBeWithin(low, high) {
		return true, nil
	}
	filter := chunk.BloomFilter()
	if p.op != "=" || filter == nil {
		return false, nil
	}
	found, err := filter.Check(p.value)
	return !found, err
}

// pages gives those that the column index does not rule out. Where it has values on all pages,
// parquet.Find has to know the first of them.
func (p *probe) pages(chunk *parquet.FileColumnChunk, rows int64) ([]span, error) {
	index, err := chunk.ColumnIndex()
	if errors.Is(err, parquet.ErrMissingColumnIndex) {
		return []span{{0, rows}}, nil
	}
	if err != nil {
		return nil, err
	}
	offsets, err := chunk.OffsetIndex()
	if err != nil {
		return nil, err
	}
	var found []span
	first, allHaveValues := index.NumPages(), true
	for i := range index.NumPages() {
		if index.NullPage(i) {
			allHaveValues = false
			continue
		}
		if !p.mayBeWithin(index.MinValue(i), index.MaxValue(i)) {
			continue
		}
		first = min(first, i)
		end := rows
		if i+1 < offsets.NumPages() {
			end = offsets.FirstRowIndex(i + 1)
		}
		found = append(found, span{offsets.FirstRowIndex(i), end})
	}
	if p.op == "=" && allHaveValues {
		if page := parquet.Find(index, p.value, p.kind.Compare); page != first {
			return nil, fmt.Errorf("Find knows page %d, not %d", page, first)
		}
	}
	return found, nil
}

// valuesOf reads those of some rows; it seeks to the first by the offset index.
func valuesOf(chunk *parquet.FileColumnChunk, wanted span) ([]parquet.Value, error) {
	pages := chunk.Pages()
	defer pages.Close()
	if wanted.first > 0 {
		if _, err := chunk.OffsetIndex(); err != nil {
			return nil, err
		}
		if err := pages.SeekToRow(wanted.first); err != nil {
			return nil, err
		}
	}
	var found []parquet.Value
	count := int(wanted.end - wanted.first)
	for len(found) < count {
		page, err := pages.ReadPage()
		if err != nil {
			return nil, err
		}
		values := make([]parquet.Value, page.NumValues())
		read, err := page.Values().ReadValues(values)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		found = append(found, values[:read]...)
	}
	return found[:count], nil
}

func (p *probe) rowsOf(group parquet.RowGroup, column int, skipping bool, found *answer) error {
	chunks := group.ColumnChunks()
	number, ok := chunks[0].(*parquet.FileColumnChunk)
	chunk, too := chunks[column].(*parquet.FileColumnChunk)
	if !ok || !too {
		return errors.New("not the chunks of a file")
	}
	spans := []span{{0, group.NumRows()}}
	if skipping {
		if ruledOut, err := p.rulesOutChunk(chunk); ruledOut || err != nil {
			return err
		}
		var err error
		if spans, err = p.pages(chunk, group.NumRows()); err != nil {
			return err
		}
	}
	for _, each := range spans {
		values, err := valuesOf(chunk, each)
		if err != nil {
			return err
		}
		numbers, err := valuesOf(number, each)
		if err != nil {
			return err
		}
		for i, value := range values {
			if p.takes(value) {
				found.Rows = append(found.Rows, numbers[i].Int64())
			}
		}
		found.LookedAt += len(values)
	}
	return nil
}

// filter answers with the first column's values in the rows that a predicate takes.
func filter(file *parquet.File, wanted *predicate, skipping bool) (answer, error) {
	found := answer{Rows: []int64{}}
	leaf, there := file.Schema().Lookup(wanted.Column...)
	if !there {
		return found, fmt.Errorf("no column %v", wanted.Column)
	}
	kind := leaf.Node.Type()
	value, err := valueOf(kind.Kind(), wanted.Value)
	if err != nil {
		return found, err
	}
	asked := probe{wanted.Op, kind, value}
	for _, group := range file.RowGroups() {
		if err := asked.rowsOf(group, leaf.ColumnIndex, skipping, &found); err != nil {
			return found, err
		}
	}
	return found, nil
}
