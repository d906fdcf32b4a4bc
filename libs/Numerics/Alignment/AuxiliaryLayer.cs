using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Alignment;

/// <summary>
/// The auxiliary linear layer of minimal linear dimension alignment: an isometry E from a narrow space into a wide one
/// (wide × narrow, E'E = I) that makes a component f with unequal widths a self-map g of the wide space. Contracting f
/// (wide → narrow): g = E f, f = E' g. Expanding f (narrow → wide): g = f E', f = g E. Either way Restore undoes Align
/// exactly, so nothing is lost for any nonlinear f, and being an isometry it changes no non-zero singular value of f's
/// Jacobian.
/// </summary>
public abstract class AuxiliaryLayer
{
    private protected AuxiliaryLayer(int narrow, int wide)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(narrow);
        if (narrow > wide)
        {
            throw new ShapeMismatchException("the narrow side of an alignment", $"at most {wide} wide", $"{narrow}");
        }

        (Narrow, Wide) = (narrow, wide);
    }

    /// <summary>Width of the narrow space.</summary>
    public int Narrow { get; }

    /// <summary>Width of the wide space, in which the aligned component lives.</summary>
    public int Wide { get; }

    /// <summary>E, wide × narrow.</summary>
    public abstract Matrix ToMatrix();

    /// <summary>E v for each column of v (narrow × m); wide × m.</summary>
    public Matrix Align(Matrix v, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(v);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Shape(v, Narrow, v.Columns, "the vectors to align");
        return Embed(v, la);
    }

    /// <summary>E'w for each column of w (wide × m); narrow × m. Restore(Align(v)) = v.</summary>
    public Matrix Restore(Matrix w, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(w);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Shape(w, Wide, w.Columns, "the vectors to restore");
        return Project(w, la);
    }

    private protected abstract Matrix Embed(Matrix v, ILinearAlgebra la);

    private protected abstract Matrix Project(Matrix w, ILinearAlgebra la);
}
