using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// Lloyd's algorithm from k-means++ seeds (Arthur and Vassilvitskii 2007, SODA): centres that lie where the states do.
/// O(n s C) a round.
/// </summary>
internal static class KMeans
{
    private const int MostRounds = 25;

    /// <summary>At most <paramref name="count"/> centres; fewer when there are fewer distinct states.</summary>
    public static Matrix Centres(Matrix states, int count, int seed, ILinearAlgebra la)
    {
        var centres = Seeds(states, count, new Random(seed));
        var owners = new int[states.Columns];
        for (var round = 0; round < MostRounds && Assign(states, centres, owners, la); round++)
        {
            centres = Means(states, centres, owners);
        }

        return centres;
    }

    /// <summary>
    /// Each next centre is a state drawn with probability as its squared distance to the nearest so far.
    /// </summary>
    private static Matrix Seeds(Matrix states, int count, Random random)
    {
        var (m, chosen) = (states.Columns, new List<int> { random.Next(states.Columns) });
        var nearest = new double[m];
        Array.Fill(nearest, double.PositiveInfinity);
        while (true)
        {
            var total = 0.0;
            for (var j = 0; j < m; j++)
            {
                var distance = TensorPrimitives.Distance<double>(states.Column(j), states.Column(chosen[^1]));
                nearest[j] = Math.Min(nearest[j], distance * distance);
                total += nearest[j];
            }

            if (chosen.Count == count || total <= 0)
            {
                break;
            }

            chosen.Add(Draw(nearest, random.NextDouble() * total));
        }

        var centres = new Matrix(states.Rows, chosen.Count);
        for (var i = 0; i < chosen.Count; i++)
        {
            states.Column(chosen[i]).CopyTo(centres.Column(i));
        }

        return centres;
    }

    private static int Draw(double[] weights, double mark)
    {
        var last = 0;
        for (var j = 0; j < weights.Length; j++)
        {
            if (weights[j] > 0)
            {
                last = j;
                mark -= weights[j];
                if (mark < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    /// <summary>Nearest centre of each state; whether any changed.</summary>
    private static bool Assign(Matrix states, Matrix centres, int[] owners, ILinearAlgebra la)
    {
        var halves = new double[centres.Columns];
        for (var i = 0; i < halves.Length; i++)
        {
            halves[i] = TensorPrimitives.SumOfSquares<double>(centres.Column(i)) / 2;
        }

        // |x - c|^2 is least where |c|^2 / 2 - c'x is.
        var (products, changed) = (la.Multiply(centres, states, transposeA: true), false);
        for (var j = 0; j < owners.Length; j++)
        {
            var column = products.Column(j);
            TensorPrimitives.Subtract(halves, column, column);
            var owner = TensorPrimitives.IndexOfMin<double>(column);
            changed |= owner != owners[j];
            owners[j] = owner;
        }

        return changed;
    }

    /// <summary>Means of what each centre owns; a centre that owns nothing stays.</summary>
    private static Matrix Means(Matrix states, Matrix centres, int[] owners)
    {
        var (means, counts) = (new Matrix(centres.Rows, centres.Columns), new int[centres.Columns]);
        for (var j = 0; j < owners.Length; j++)
        {
            var mean = means.Column(owners[j]);
            TensorPrimitives.Add(mean, states.Column(j), mean);
            counts[owners[j]]++;
        }

        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] == 0)
            {
                centres.Column(i).CopyTo(means.Column(i));
            }
            else
            {
                TensorPrimitives.Divide(means.Column(i), counts[i], means.Column(i));
            }
        }

        return means;
    }
}
