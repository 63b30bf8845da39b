/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-equipment.h"

#include <gst/gst.h>

/* The device of a role, in a pipeline of its own beside any call: under tones, and under
 * previews. It follows the role, and where its device breaks, or none opens, it tries
 * again until it is closed. Main context only; devices open and stop on other threads.
 *
 * Signals:
 *   "opened" (GstElement *device)     before it plays: the handler adds the rest to
 *                                     :pipeline, and links it
 *   "message" (GstMessage *message)   what the bus has, but for errors and ends
 *   "ended"                           all was played; of a source, which has no end,
 *                                     "lost" is told instead
 *   "lost"                            it broke, or none opens
 */

#define PHONE_TYPE_DEVICE_PIPELINE (phone_device_pipeline_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneDevicePipeline, phone_device_pipeline, PHONE, DEVICE_PIPELINE, GObject)

/* Closed. */
PhoneDevicePipeline *phone_device_pipeline_new (PhoneEquipment *equipment,
                                                PhoneRole role);

/* Anew, where it is open. */
void phone_device_pipeline_open (PhoneDevicePipeline *self);
/* Nothing of it is told any more. */
void phone_device_pipeline_close (PhoneDevicePipeline *self);

/* Borrowed; NULL: nothing plays. */
GstElement *phone_device_pipeline_get_pipeline (PhoneDevicePipeline *self);
PhoneRole phone_device_pipeline_get_role (PhoneDevicePipeline *self);
