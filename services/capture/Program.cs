using KoopmanMesh.Capture;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;

return await new ServiceProgram("capture", "Runs networks: models, activations, evaluation; the front door of a run.", args)
{
    Add = builder => builder.AddCapture(),
    Map = app => app.MapCapture().MapFrontDoor(MeshService.Capture),
}.RunAsync();
