using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Networks;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Capture.Replacing.Measuring;

/// <summary>A hybrid of the front, as it was written and read back.</summary>
/// <param name="Evaluation">What planning knows of it.</param>
/// <param name="Edited">The network as surgery left it; what the file is written from.</param>
/// <param name="FromFile">The network as its file holds it; what is measured and bounded.</param>
/// <param name="Report">What was measured.</param>
internal sealed record ExportedHybrid(
    Evaluation Evaluation, NetworkModel Edited, NetworkModel FromFile, Hybrid Report);
