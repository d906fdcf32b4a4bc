namespace KoopmanMesh.Koopman.StandIns;

/// <summary>
/// The first pairs of a stream, kept for the training of scaling blocks: as many as fit, the others are counted.
/// </summary>
/// <param name="before">n.</param>
/// <param name="after">p.</param>
/// <param name="mostBytes">Most bytes of the pairs.</param>
internal sealed class DelayRows(int before, int after, long mostBytes)
{
    /// <summary>As the paper's data set has.</summary>
    public const int MostRows = 60_000;

    private readonly int _most = (int)Math.Min(MostRows, mostBytes / (sizeof(float) * ((long)before + after)));
    private float[] _before = [];
    private float[] _after = [];

    public int Before => before;

    public int After => after;

    /// <summary>Rows kept.</summary>
    public int Rows { get; private set; }

    /// <summary>Rows that came.</summary>
    public long Seen { get; private set; }

    public ReadOnlySpan<float> X => _before.AsSpan(0, Rows * before);

    public ReadOnlySpan<float> Y => _after.AsSpan(0, Rows * after);

    public void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int rows)
    {
        var take = Math.Min(rows, _most - Rows);
        if (_before.Length < (long)(Rows + take) * before)
        {
            var capacity = Math.Min(_most, Math.Max(2 * (Rows + take), 1024));
            Array.Resize(ref _before, checked(capacity * before));
            Array.Resize(ref _after, checked(capacity * after));
        }

        x[..(take * before)].CopyTo(_before.AsSpan(Rows * before));
        y[..(take * after)].CopyTo(_after.AsSpan(Rows * after));
        Rows += take;
        Seen += rows;
    }
}
