namespace KoopmanMesh.Capture.Interventions;

/// <summary>Mean effect of one intervention at one component, and its standard error over the rows.</summary>
internal sealed class EffectAccumulator
{
    private double _sum;
    private double _squares;
    private double _correct;
    private long _rows;

    public double Divergence => _rows == 0 ? 0 : _sum / _rows;

    /// <summary>Of <see cref="Divergence"/>, over the rows.</summary>
    public double StandardError =>
        _rows < 2 ? 0 : Math.Sqrt(Math.Max(0, (_squares / _rows) - (Divergence * Divergence)) / (_rows - 1));

    /// <summary>Share of rows still classified rightly, averaged over the draws.</summary>
    public double Accuracy => _rows == 0 ? 0 : _correct / _rows;

    /// <summary>Adds rows.</summary>
    /// <param name="divergences">Divergence of each row, averaged over the draws.</param>
    /// <param name="correct">Rows classified rightly, averaged over the draws.</param>
    public void Add(ReadOnlySpan<double> divergences, double correct)
    {
        foreach (var divergence in divergences)
        {
            _sum += divergence;
            _squares += divergence * divergence;
        }

        _correct += correct;
        _rows += divergences.Length;
    }
}
