namespace KoopmanMesh.Networks.Execution;

/// <summary>
/// What one run returned: for each tensor a row-major [<see cref="Count"/>, width] matrix of float32. It looks into the
/// session's own buffers, which the session's next run overwrites.
/// </summary>
public readonly struct NetworkBatch
{
    private readonly IReadOnlyList<TensorLayout> _layouts;
    private readonly float[][] _buffers;
    private readonly TensorLayout _input;
    private readonly ReadOnlyMemory<float> _rows;

    internal NetworkBatch(
        IReadOnlyList<TensorLayout> layouts, float[][] buffers, TensorLayout input, ReadOnlyMemory<float> rows,
        int count)
    {
        (_layouts, _buffers, _input, _rows) = (layouts, buffers, input, rows);
        Count = count;
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>The network's output.</summary>
    public ReadOnlyMemory<float> Output => At(0);

    /// <summary>A tensor by name: the output, a probe, or the input, which is the caller's own memory.</summary>
    public ReadOnlyMemory<float> this[string tensor]
    {
        get
        {
            for (var i = 0; i < _layouts.Count; i++)
            {
                if (_layouts[i].Name == tensor)
                {
                    return At(i);
                }
            }

            return tensor == _input.Name
                ? _rows
                : throw new ArgumentException($"This session returns no tensor '{tensor}'.", nameof(tensor));
        }
    }

    /// <summary>A tensor by its position in <see cref="NetworkSession.Outputs"/>.</summary>
    public ReadOnlyMemory<float> At(int index) => _buffers[index].AsMemory(0, Count * _layouts[index].Width);
}
