using System.Buffers;
using Google.Protobuf;

namespace KoopmanMesh.Contracts.Tensors.Lending;

/// <summary>
/// A message that can be read where an earlier one of its kind lies, bytes included, so that a long stream of equal
/// chunks allocates nothing.
/// </summary>
public interface ILendable : IMessage
{
    /// <summary>
    /// Whether this one was read by <see cref="TryReread"/>, so that its reader gives it back and nobody else has it.
    /// </summary>
    internal bool IsLent { get; set; }

    /// <summary>
    /// Reads a message of the frequent kind, a chunk. False for every other, which the generated parser has to read
    /// into a message of its own; this one is then as good as before, for reading.
    /// </summary>
    internal bool TryReread(ref LentReader reader);
}
