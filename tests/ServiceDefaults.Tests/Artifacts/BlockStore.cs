using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Artifacts;

/// <summary>A folder with one artifact of six blocks, the last one short, and the means to harm it.</summary>
internal sealed class BlockStore : IDisposable
{
    internal const int Block = BlockList.BlockBytes;
    internal const int Blocks = 6;
    internal const int Length = ((Blocks - 1) * Block) + 123;

    private readonly RecordingLoggerProvider _logs = new();
    private readonly LoggerFactory _loggers;

    internal BlockStore() => _loggers = new LoggerFactory([_logs]);

    internal static byte[] Content { get; } = RandomContent(Length, seed: 7);

    internal TemporaryFolder Folder { get; } = new();

    internal string Digest { get; private set; } = "";

    internal string Path => System.IO.Path.Combine(Root, Digest[..2], Digest[2..]);

    internal string ListPath => Path + ".blocks";

    internal IOptions<StateOptions> State => Options.Create(new StateOptions { Root = Folder.Path });

    private string Root => System.IO.Path.Combine(Folder.Path, "artifacts");

    public void Dispose()
    {
        _loggers.Dispose();
        _logs.Dispose();
        Folder.Dispose();
    }

    internal static byte[] RandomContent(int length, int seed)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }

    /// <summary>As another process, which remembers nothing, would open it.</summary>
    internal DirectoryArtifactStore Open(TimeProvider? time = null) =>
        new(State, time ?? TimeProvider.System, _loggers.CreateLogger<DirectoryArtifactStore>());

    internal async Task StoreAsync(CancellationToken ct) => Digest = (await Open().PutAsync(Content, ct)).Digest;

    /// <summary>Changes a byte in the file of the artifact or, with its path, of the list.</summary>
    internal void Damage(long at, string? path = null)
    {
        using var file = File.Open(path ?? Path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var value = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(value ^ 1));
    }

    /// <summary>Damages each block but those from <paramref name="first"/> to <paramref name="last"/>.</summary>
    internal void DamageAllBut(int first, int last)
    {
        for (var block = 0; block < Blocks; block++)
        {
            if (block < first || block > last)
            {
                Damage(Math.Min(((long)block * Block) + (Block / 3), Length - 1));
            }
        }
    }

    internal IEnumerable<string> Messages(LogLevel level) =>
        _logs.Entries.Where(e => e.Level == level).Select(e => e.Message);

    internal IEnumerable<string> Quarantined() =>
        Folder.Files().Where(f => f.Contains("quarantine", StringComparison.Ordinal));

    internal static async Task<byte[]> ReadAsync(
        IArtifactStore store, string digest, long from, int count, CancellationToken ct)
    {
        await using var stream = store.OpenRead(digest);
        stream.Position = from;
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, ct);
        return bytes;
    }

    internal Task<byte[]> ReadAsync(long from, int count, CancellationToken ct) =>
        ReadAsync(Open(), Digest, from, count, ct);

    internal static byte[] Slice(long from, int count) => Content.AsSpan((int)from, count).ToArray();
}
