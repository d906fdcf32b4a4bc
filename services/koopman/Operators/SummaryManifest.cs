using KoopmanMesh.Numerics.Catalogue;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>What a kept summary is of; its own digest is the summary's id.</summary>
/// <param name="Format">"koopmanmesh.summary/1".</param>
/// <param name="Request">Method and options, all of them.</param>
/// <param name="Stream">Digest of the stream's checkpoint.</param>
/// <param name="Rows">Rows that came.</param>
/// <param name="Trajectories">Trajectories that came.</param>
/// <param name="Bytes">Raw bytes that came.</param>
internal sealed record SummaryManifest(
    string Format, EstimatorRequest Request, string Stream, long Rows, long Trajectories, long Bytes);
