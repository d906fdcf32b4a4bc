namespace KoopmanMesh.Capture.Interventions;

/// <summary>How far apart the outputs of two networks are, row by row.</summary>
internal abstract class OutputDivergence
{
    /// <summary>"kl" or "relative-mse", as reports name it.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Adds the divergence of each row of <paramref name="changed"/> from <paramref name="intact"/> to
    /// <paramref name="sums"/>.
    /// </summary>
    /// <param name="intact">Outputs of the intact network, [rows, width] row-major.</param>
    /// <param name="changed">Outputs under the intervention, the same shape.</param>
    /// <param name="sums">One sum a row.</param>
    public abstract void AddTo(ReadOnlySpan<float> intact, ReadOnlySpan<float> changed, Span<double> sums);

    /// <summary>
    /// KL(p || q) = sum_c p_c (log p_c - log q_c) in nats, p and q the class probabilities of the intact and the
    /// changed network: their outputs where these are probabilities already, else the softmax of them.
    /// </summary>
    public static OutputDivergence Kl(bool outputsAreProbabilities) => new KlDivergence(outputsAreProbabilities);

    /// <summary>
    /// ||y - y'||^2 / mean ||y - ybar||^2: the squared error relative to the spread of the intact outputs.
    /// </summary>
    /// <param name="meanSpread">Mean over the rows of ||y - ybar||^2.</param>
    public static OutputDivergence RelativeMse(double meanSpread) => new RelativeSquaredError(meanSpread);

    private sealed class KlDivergence(bool outputsAreProbabilities) : OutputDivergence
    {
        // Probabilities below this are rounding; their logarithm would be noise, or infinite.
        private const double SmallestProbability = 1e-12;

        public override string Name => "kl";

        public override void AddTo(ReadOnlySpan<float> intact, ReadOnlySpan<float> changed, Span<double> sums)
        {
            var width = intact.Length / sums.Length;
            Span<double> p = width <= 64 ? stackalloc double[64] : new double[width];
            Span<double> q = width <= 64 ? stackalloc double[64] : new double[width];
            for (var row = 0; row < sums.Length; row++)
            {
                LogProbabilities(intact.Slice(row * width, width), p);
                LogProbabilities(changed.Slice(row * width, width), q);
                var divergence = 0.0;
                for (var c = 0; c < width; c++)
                {
                    divergence += Math.Exp(p[c]) * (p[c] - q[c]);
                }

                sums[row] += divergence;
            }
        }

        private void LogProbabilities(ReadOnlySpan<float> outputs, Span<double> logs)
        {
            if (outputsAreProbabilities)
            {
                for (var c = 0; c < outputs.Length; c++)
                {
                    logs[c] = Math.Log(Math.Max(outputs[c], SmallestProbability));
                }

                return;
            }

            var largest = double.NegativeInfinity;
            foreach (var output in outputs)
            {
                largest = Math.Max(largest, output);
            }

            var sum = 0.0;
            foreach (var output in outputs)
            {
                sum += Math.Exp(output - largest);
            }

            var logSum = Math.Log(sum) + largest;
            for (var c = 0; c < outputs.Length; c++)
            {
                logs[c] = outputs[c] - logSum;
            }
        }
    }

    private sealed class RelativeSquaredError(double meanSpread) : OutputDivergence
    {
        public override string Name => "relative-mse";

        public override void AddTo(ReadOnlySpan<float> intact, ReadOnlySpan<float> changed, Span<double> sums)
        {
            var width = intact.Length / sums.Length;
            for (var row = 0; row < sums.Length; row++)
            {
                var squares = 0.0;
                for (var c = row * width; c < (row + 1) * width; c++)
                {
                    var difference = (double)changed[c] - intact[c];
                    squares += difference * difference;
                }

                sums[row] += meanSpread > 0 ? squares / meanSpread : squares;
            }
        }
    }
}
