using System.Numerics.Tensors;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>A kernel k(x, y) with its parameters fixed.</summary>
public sealed record Kernel
{
    /// <summary>The largest degree of a polynomial kernel.</summary>
    public const int LargestDegree = 64;

    /// <summary>A kernel of one of the families.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="scale">s > 0, finite; the linear kernel has none and ignores it.</param>
    /// <param name="degree">a from 1 to 64, of the polynomial kernel only.</param>
    public Kernel(KernelKind kind, double scale = 1, int degree = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(degree, LargestDegree);
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "there is no such kernel");
        }

        // Its square divides, so it must not vanish either.
        if (!(scale * scale > 0 && double.IsFinite(scale * scale)))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "the scale of a kernel is positive and finite");
        }

        (Kind, Scale, Degree) = (kind, scale, degree);
    }

    /// <summary>The family.</summary>
    public KernelKind Kind { get; }

    /// <summary>s.</summary>
    public double Scale { get; }

    /// <summary>a.</summary>
    public int Degree { get; }

    /// <summary>True when k depends on x - y alone.</summary>
    public bool IsRadial => Kind is not (KernelKind.Polynomial or KernelKind.Linear);

    /// <summary>
    /// k(c_i, x) for all i, from c_i'x, |c_i|^2 and |x|^2, into <paramref name="values"/>; products are overwritten.
    /// </summary>
    internal void Evaluate(Span<double> products, ReadOnlySpan<double> centreNorms, double norm, Span<double> values)
    {
        if (!IsRadial)
        {
            EvaluateProducts(products, values);
            return;
        }

        TensorPrimitives.MultiplyAdd(products, -2, centreNorms, products);
        TensorPrimitives.Add(products, norm, products);
        TensorPrimitives.Max(products, 0.0, products);
        TensorPrimitives.Divide(products, Scale * Scale, products);
        switch (Kind)
        {
            case KernelKind.Gaussian:
                TensorPrimitives.Negate(products, products);
                TensorPrimitives.Exp(products, values);
                break;
            case KernelKind.Laplacian:
                TensorPrimitives.Sqrt(products, products);
                TensorPrimitives.Negate(products, products);
                TensorPrimitives.Exp(products, values);
                break;
            default:
                // r^2 log r = r^2 log(r^2) / 2, which is 0 at 0.
                TensorPrimitives.Max(products, double.Epsilon, values);
                TensorPrimitives.Log(values, values);
                TensorPrimitives.Multiply(values, products, values);
                TensorPrimitives.Multiply(values, 0.5, values);
                break;
        }
    }

    private void EvaluateProducts(Span<double> products, Span<double> values)
    {
        if (Kind == KernelKind.Linear)
        {
            products.CopyTo(values);
            return;
        }

        TensorPrimitives.Divide(products, Scale * Scale, products);
        TensorPrimitives.Add(products, 1, products);
        products.CopyTo(values);
        for (var k = 1; k < Degree; k++)
        {
            TensorPrimitives.Multiply(values, products, values);
        }
    }
}
