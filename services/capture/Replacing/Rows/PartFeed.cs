using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Runs;

namespace KoopmanMesh.Capture.Replacing.Rows;

/// <summary>One pass over the rows of some parts, in batches, in the network's order. Memory is reused.</summary>
internal sealed class PartFeed : IDisposable
{
    private readonly RowFeed _feed;
    private readonly RowSplit _split;
    private readonly RowParts _parts;
    private readonly int[]? _allLabels;
    private readonly int _width;
    private readonly float[] _batch;
    private readonly long[] _indexes;
    private readonly int[] _labels;
    private int _next;

    public PartFeed(RunInputs inputs, RowSplit split, RowParts parts, int batchRows)
    {
        (_split, _parts, _allLabels, _width) = (split, parts, inputs.Labels, inputs.Data.RowSize);
        _feed = new RowFeed(inputs.Data, inputs.Order, 0, inputs.Data.Rows, batchRows, 1);
        (_batch, _indexes, _labels) = (new float[batchRows * _width], new long[batchRows], new int[batchRows]);
    }

    /// <summary>Rows of the last batch.</summary>
    public int Count { get; private set; }

    /// <summary>The last batch, [Count, width] row-major.</summary>
    public ReadOnlyMemory<float> Rows => _batch.AsMemory(0, Count * _width);

    /// <summary>Class of each row of the last batch; empty without labels.</summary>
    public ReadOnlySpan<int> Labels => _allLabels is null ? [] : _labels.AsSpan(0, Count);

    /// <summary>Part of row <paramref name="i"/> of the last batch.</summary>
    public RowParts PartOf(int i) => _split.PartOf(_indexes[i]);

    /// <summary>Reads the next batch; false at the end.</summary>
    public bool Read(CancellationToken cancellationToken)
    {
        Count = 0;
        while (Count < _indexes.Length)
        {
            if (_next == _feed.Count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _next = 0;
                if (!_feed.Read())
                {
                    break;
                }
            }

            Take(_next++);
        }

        return Count > 0;
    }

    public void Dispose() => _feed.Dispose();

    private void Take(int i)
    {
        var row = _feed.IndexOf(i);
        if ((_split.PartOf(row) & _parts) == 0)
        {
            return;
        }

        _feed.Rows.Span.Slice(i * _width, _width).CopyTo(_batch.AsSpan(Count * _width));
        _indexes[Count] = row;
        _labels[Count] = _allLabels?[row] ?? 0;
        Count++;
    }
}
