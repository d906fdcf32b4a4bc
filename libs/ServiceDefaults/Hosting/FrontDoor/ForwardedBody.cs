using System.IO.Pipelines;
using System.Net;

namespace KoopmanMesh.ServiceDefaults.Hosting.FrontDoor;

/// <summary>
/// The body of a request as the body of another: what comes in goes out at once, and no sooner is more read.
/// </summary>
internal sealed class ForwardedBody(PipeReader reader, CancellationToken end) : HttpContent
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _begun;

    /// <summary>Why it could not be read or written to its end; null where it could.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Done when nothing reads the request any more.</summary>
    public Task Ended => _begun ? _ended.Task : Task.CompletedTask;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _begun = true;
        try
        {
            // The head of a call must not wait for its first message.
            await stream.FlushAsync(end).ConfigureAwait(false);
            while (await ForwardSomeAsync(stream).ConfigureAwait(false))
            {
                await stream.FlushAsync(end).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }

    private async Task<bool> ForwardSomeAsync(Stream stream)
    {
        var read = await reader.ReadAsync(end).ConfigureAwait(false);
        foreach (var segment in read.Buffer)
        {
            await stream.WriteAsync(segment, end).ConfigureAwait(false);
        }

        reader.AdvanceTo(read.Buffer.End);
        return !read.IsCompleted;
    }
}
