using KoopmanMesh.Networks.Components;
using KoopmanMesh.Numerics.Alignment;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>
/// A component made a self-map g of one space, so that it can be iterated (methods P0.2): minimal alignment z ↦ f(V z)
/// for a dense layer that is square on its row space, else an isometry E from the narrow side into the wide one,
/// g = E f or g = f E'.
/// </summary>
internal sealed class SelfMap
{
    private readonly ComponentMap _component;
    private readonly AuxiliaryLayer? _layer;
    private readonly bool _contracting;
    private readonly bool _minimal;
    private readonly ILinearAlgebra _algebra;

    private SelfMap(
        ComponentMap component, AuxiliaryLayer? layer, bool contracting, bool minimal, ILinearAlgebra algebra)
    {
        (_component, _layer, _contracting, _minimal, _algebra) = (component, layer, contracting, minimal, algebra);
    }

    /// <param name="map">The component between its cuts.</param>
    /// <param name="component">Its description: weights when it is one dense layer.</param>
    /// <param name="before">Its input cut.</param>
    /// <param name="after">Its output cut.</param>
    /// <param name="inputs">Sampled inputs, n × M, for the PCA alignment.</param>
    /// <param name="options">Which isometry a black box gets.</param>
    /// <param name="algebra">Multiplies.</param>
    public static SelfMap Of(
        ComponentMap map, Component component, Cut before, Cut after, Matrix inputs, AnalysisOptions options,
        ILinearAlgebra algebra)
    {
        var (n, p) = (before.Width, after.Width);
        if (before.Compression is null && component.Dense is { } dense)
        {
            var minimal = MinimalAlignment.Of(dense.Weights, MinimalAlignment.DefaultRule, algebra);
            if (minimal.Rank.Rank == p)
            {
                return new SelfMap(map, minimal.Layer, contracting: true, minimal: true, algebra);
            }
        }

        return n == p
            ? new SelfMap(map, null, contracting: false, minimal: false, algebra)
            : new SelfMap(map, Isometry(n, p, inputs, options, algebra), n > p, minimal: false, algebra);
    }

    /// <summary>z_0 for each column of inputs, d × M.</summary>
    public Matrix Start(Matrix inputs) => _layer switch
    {
        null => inputs,
        _ when _minimal => _layer.Restore(inputs, _algebra),
        _ when _contracting => inputs,
        _ => _layer.Align(inputs, _algebra),
    };

    /// <summary>g of each column, d × M.</summary>
    public Matrix Step(Matrix z, CancellationToken cancellationToken) => _layer switch
    {
        null => _component.Apply(z, cancellationToken),
        _ when _minimal => _component.Apply(_layer.Align(z, _algebra), cancellationToken),
        _ when _contracting => _layer.Align(_component.Apply(z, cancellationToken), _algebra),
        _ => _component.Apply(_layer.Restore(z, _algebra), cancellationToken),
    };

    private static AuxiliaryLayer Isometry(int n, int p, Matrix inputs, AnalysisOptions options, ILinearAlgebra algebra)
    {
        var (narrow, wide) = (Math.Min(n, p), Math.Max(n, p));
        return options.Alignment switch
        {
            Alignment.RandomOrthonormal => OrthonormalLayer.Random(narrow, wide, (int)options.Seed, algebra),

            // Principal directions of the inputs live in the input's space: only there can they receive the output.
            Alignment.Pca when n > p => OrthonormalLayer.Pca(algebra.SymmetricProduct(inputs), narrow, algebra),
            _ => new ZeroPadLayer(narrow, wide),
        };
    }
}
