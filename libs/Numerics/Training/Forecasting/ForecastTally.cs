namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>What became of the blocks of a slab, and, added in order, of all of them.</summary>
internal sealed class ForecastTally
{
    private long _blocks;
    private long _ranks;
    private int _smallest = int.MaxValue;
    private int _largest;
    private double _modulus;
    private long _clipped;
    private long _held;
    private long _constant;
    private double _error;
    private double _change;
    private TimeSpan _fit;
    private TimeSpan _predict;

    public void Add(BlockOutcome block)
    {
        AddRank(block.Rank);
        _modulus = Math.Max(_modulus, block.LargestModulus);
        _clipped += block.Clipped;
        _held += block.IsHeld ? 1 : 0;
        _constant += block.Constant;
        (_error, _change) = (_error + block.Squares.Error, _change + block.Squares.Change);
        AddTimes(block.Fit, block.Predict);
    }

    /// <summary>A block of one value.</summary>
    public void AddScalar(int rank, double modulus, bool clipped, double error, double change)
    {
        AddRank(rank);
        _modulus = Math.Max(_modulus, modulus);
        _clipped += clipped ? 1 : 0;
        _constant += change == 0 ? 1 : 0;
        (_error, _change) = (_error + error, _change + change);
    }

    public void AddTimes(TimeSpan fit, TimeSpan predict) => (_fit, _predict) = (_fit + fit, _predict + predict);

    public void Add(ForecastTally other)
    {
        _blocks += other._blocks;
        _ranks += other._ranks;
        _smallest = Math.Min(_smallest, other._smallest);
        _largest = Math.Max(_largest, other._largest);
        _modulus = Math.Max(_modulus, other._modulus);
        _clipped += other._clipped;
        _held += other._held;
        _constant += other._constant;
        (_error, _change) = (_error + other._error, _change + other._change);
        AddTimes(other._fit, other._predict);
    }

    /// <summary>The summary of blocks that together took <paramref name="elapsed"/>.</summary>
    public ForecastSummary Summary(int snapshots, long fromStep, TimeSpan elapsed)
    {
        // Blocks run side by side: their own times say how the whole's divides.
        var own = (_fit + _predict).TotalSeconds;
        var predicting = own > 0 ? elapsed.TotalSeconds * (_predict.TotalSeconds / own) : 0;
        return new ForecastSummary
        {
            Snapshots = snapshots,
            FromStep = fromStep,
            Blocks = _blocks,
            SmallestRank = _smallest,
            LargestRank = _largest,
            MeanRank = (double)_ranks / _blocks,
            LargestModulus = _modulus,
            Clipped = _clipped,
            Held = _held,
            Constant = _constant,
            OneStepError = _change > 0 ? Math.Sqrt(_error / _change) : 0,
            FitSeconds = elapsed.TotalSeconds - predicting,
            PredictSeconds = predicting,
        };
    }

    private void AddRank(int rank)
    {
        _blocks++;
        _ranks += rank;
        (_smallest, _largest) = (Math.Min(_smallest, rank), Math.Max(_largest, rank));
    }
}
