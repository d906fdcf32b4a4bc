using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Online;

/// <summary>The newest pairs, at most <paramref name="capacity"/> of them, overwritten in turn.</summary>
internal sealed class PairRing(int width, int capacity)
{
    private readonly Matrix _x = new(width, capacity);
    private readonly Matrix _y = new(width, capacity);
    private int _next;

    public int Count { get; private set; }

    public int Free => capacity - Count;

    public int Capacity => capacity;

    public void Clear() => (Count, _next) = (0, 0);

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        x.CopyTo(_x.Column(_next));
        y.CopyTo(_y.Column(_next));
        _next = (_next + 1) % capacity;
        Count = Math.Min(Count + 1, capacity);
    }

    /// <summary>The oldest <paramref name="count"/> pairs, oldest first, copied.</summary>
    public (Matrix X, Matrix Y) Oldest(int count)
    {
        var (x, y) = (new Matrix(width, count), new Matrix(width, count));
        for (var j = 0; j < count; j++)
        {
            var at = (_next - Count + j + capacity) % capacity;
            _x.Column(at).CopyTo(x.Column(j));
            _y.Column(at).CopyTo(y.Column(j));
        }

        return (x, y);
    }
}
