using System.Numerics.Tensors;
using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Numerics.Statistics;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Capture.Replacing.Measuring;

/// <summary>How well a network does what its original does, over the rows of a pass.</summary>
/// <param name="width">Of the outputs.</param>
internal sealed class PerformanceMeter(int width)
{
    private readonly double[] _sum = new double[width];
    private long _correct;
    private long _agreeing;
    private double _squares;
    private double _difference;

    public long Rows { get; private set; }

    /// <summary>Whether every output so far was a finite number.</summary>
    public bool IsFinite { get; private set; } = true;

    /// <summary>
    /// ||y' - y|| / ||y - mean y|| over all outputs, y the original's; ||y' - y|| where y is constant.
    /// </summary>
    public double RelativeRmse
    {
        get
        {
            var spread = _squares - (TensorPrimitives.SumOfSquares<double>(_sum) / Math.Max(1, Rows));
            return spread > 0 ? Math.Sqrt(_difference / spread) : Math.Sqrt(_difference);
        }
    }

    /// <summary>Adds a batch of outputs, [rows, width] row-major.</summary>
    /// <param name="original">The original's.</param>
    /// <param name="outputs">The network's; one that is not finite is neither right nor in agreement.</param>
    /// <param name="labels">Class of each row; empty without labels.</param>
    public void Add(ReadOnlySpan<float> original, ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels)
    {
        var rows = outputs.Length / width;
        for (var row = 0; row < rows; row++)
        {
            var y = original.Slice(row * width, width);
            var z = outputs.Slice(row * width, width);
            var finite = TensorPrimitives.IsFiniteAll(z);
            IsFinite &= finite;
            var top = TensorPrimitives.IndexOfMax(z);
            _agreeing += finite && top == TensorPrimitives.IndexOfMax(y) ? 1 : 0;
            _correct += finite && !labels.IsEmpty && top == labels[row] ? 1 : 0;
            for (var i = 0; i < width; i++)
            {
                double value = y[i];
                var difference = z[i] - value;
                _sum[i] += value;
                _squares += value * value;
                _difference += difference * difference;
            }
        }

        Rows += rows;
    }

    public double Score(Measure measure) => measure switch
    {
        Measure.Accuracy => (double)_correct / Rows,
        Measure.Agreement => (double)_agreeing / Rows,
        _ => 1 - RelativeRmse,
    };

    public Performance ToMessage(Measure measure)
    {
        var score = Score(measure);
        var interval = measure == Measure.Fidelity
            ? new ProbabilityInterval(score, score)
            : ClopperPearson.Interval(measure == Measure.Accuracy ? _correct : _agreeing, Rows);
        var performance = new Performance
        {
            Rows = Rows,
            Score = score,
            ScoreLow = interval.Low,
            ScoreHigh = interval.High,
            RelativeRmse = RelativeRmse,
        };
        if (width > 1)
        {
            performance.Agreement = (double)_agreeing / Rows;
        }

        return performance;
    }
}
